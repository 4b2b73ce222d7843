package dev.sluice.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sluice.contract.event.KafkaEvents;
import dev.sluice.contract.position.Positions;
import dev.sluice.contract.revocation.RevocationBook;
import dev.sluice.contract.revocation.RevocationRecords;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Whatever somebody writes into the topics: read, or skipped. */
public final class RecordFuzz {
    private RecordFuzz() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        byte[] key = data.consumeBoolean() ? null : data.consumeBytes(300);
        String header = data.consumeBoolean() ? "ce_" + data.consumeAsciiString(20) : data.consumeString(20);
        byte[] header1 = data.consumeBytes(100);
        byte[] header2 = data.consumeBytes(100);
        byte[] value = data.consumeBoolean() ? null : data.consumeRemainingAsBytes();
        var record = new ConsumerRecord<>("topic", 0, 0, key, value);
        record.headers()
                .add("ce_specversion", "1.0".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .add("ce_id", header1)
                .add("content-type", header2)
                .add(header, header1);
        Object event = KafkaEvents.read(record);
        Object position = Positions.read(record);
        var revocation = RevocationRecords.read(record);
        revocation.ifPresent(read -> new RevocationBook(Duration.ofDays(1)).apply(read, Instant.EPOCH));
        if (event == null || position == null || revocation == null) {
            throw new AssertionError("null is no answer");
        }
    }
}
