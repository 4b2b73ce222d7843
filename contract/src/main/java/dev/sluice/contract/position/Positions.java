package dev.sluice.contract.position;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.event.KafkaEvents;
import dev.sluice.contract.problem.Rejected;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The compacted topic of positions. Its keys are JSON arrays {@code [kind, issuer, subject, name]}, so that any Kafka tool shows
 * whose they are; the value of a {@code position} is a cursor, that of a {@code claim} the holder. The two have keys of their own,
 * so that an acknowledgement does not undo a claim that it crosses; both lie in the same partition, so that their order is known.
 * Safe on any thread.
 */
public final class Positions {
    private static final String POSITION = "position";
    private static final String CLAIM = "claim";
    private static final ObjectMapper JSON = new ObjectMapper();

    private Positions() {}

    /** What a record says. */
    public sealed interface Change {
        DurableName name();

        /** Everything before the cursor was processed. */
        record Acknowledged(DurableName name, Cursor cursor) implements Change {}

        /** Whoever holds the name from here on; who held it before does not any more. */
        record Claimed(DurableName name, String holder) implements Change {}

        /** There is no position under the name any more. */
        record Forgotten(DurableName name) implements Change {}
    }

    /** @param partitions how many the topic has */
    public static ProducerRecord<String, byte[]> toRecord(String topic, int partitions, Change change) {
        if (change instanceof Change.Acknowledged acknowledged) {
            return record(
                    topic, partitions, POSITION, change, acknowledged.cursor().toString());
        }
        return change instanceof Change.Claimed claimed
                ? record(topic, partitions, CLAIM, change, claimed.holder())
                : record(topic, partitions, POSITION, change, null);
    }

    private static ProducerRecord<String, byte[]> record(
            String topic, int partitions, String kind, Change change, @Nullable String value) {
        DurableName name = change.name();
        String whose = JsonNodeFactory.instance
                .arrayNode()
                .add(name.issuer())
                .add(name.subject())
                .add(name.name())
                .toString();
        return new ProducerRecord<>(
                topic,
                KafkaEvents.home(whose, partitions),
                "[\"" + kind + "\"," + whose.substring(1),
                value == null ? null : value.getBytes(StandardCharsets.UTF_8));
    }

    /** Empty when the record is none of ours, or says nothing that counts. */
    public static Optional<Change> read(ConsumerRecord<byte[], byte[]> record) {
        JsonNode key = key(record.key());
        if (key == null) {
            return Optional.empty();
        }
        var name = new DurableName(
                key.get(1).textValue(), key.get(2).textValue(), key.get(3).textValue());
        String value = record.value() == null ? null : new String(record.value(), StandardCharsets.UTF_8);
        return switch (key.get(0).textValue()) {
            case POSITION -> value == null ? Optional.of(new Change.Forgotten(name)) : acknowledged(name, value);
            case CLAIM -> value == null ? Optional.empty() : Optional.of(new Change.Claimed(name, value));
            default -> Optional.empty();
        };
    }

    private static Optional<Change> acknowledged(DurableName name, String cursor) {
        try {
            return Optional.of(new Change.Acknowledged(name, Cursor.parse("cursor", cursor)));
        } catch (Rejected noCursor) {
            // A stranger's record: nobody's position.
            return Optional.empty();
        }
    }

    private static @Nullable JsonNode key(byte @Nullable [] key) {
        if (key == null) {
            return null;
        }
        try {
            JsonNode array = JSON.readTree(key);
            if (!array.isArray() || array.size() != 4) {
                return null;
            }
            for (JsonNode part : array) {
                if (!part.isTextual()) {
                    return null;
                }
            }
            return array;
        } catch (IOException noJson) {
            // Not only a JsonProcessingException: what looks like UCS-4 ends otherwise.
            return null;
        }
    }
}
