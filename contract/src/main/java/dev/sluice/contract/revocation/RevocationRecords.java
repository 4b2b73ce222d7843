package dev.sluice.contract.revocation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The topic of revocations: a JSON object each, with {@code before} and one of {@code user}, {@code session}, {@code token}, and {@code
 * issuer} unless it is for all of them. Safe on any thread.
 */
public final class RevocationRecords {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RevocationRecords() {}

    public static ProducerRecord<String, byte[]> toRecord(String topic, Revocation revocation) {
        // One partition, the first: there are few, and each replica reads all of them.
        return new ProducerRecord<>(
                topic, 0, revocation.value(), json(revocation).toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The members of the record. */
    public static JsonNode json(Revocation revocation) {
        var object = JsonNodeFactory.instance
                .objectNode()
                .put(member(revocation.kind()), revocation.value())
                .put("before", revocation.before().toString());
        if (revocation.issuer() != null) {
            object.put("issuer", revocation.issuer());
        }
        return object;
    }

    /** What names it on the wire. */
    public static String member(Revocation.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** Empty when the record is none of ours. */
    public static Optional<Revocation> read(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return Optional.empty();
        }
        try {
            JsonNode object = JSON.readTree(record.value());
            String before = text(object, "before");
            for (Revocation.Kind kind : Revocation.Kind.values()) {
                String value = text(object, member(kind));
                if (value != null && before != null) {
                    return Optional.of(new Revocation(text(object, "issuer"), kind, value, Instant.parse(before)));
                }
            }
            return Optional.empty();
        } catch (IOException | DateTimeException strange) {
            return Optional.empty();
        }
    }

    private static @Nullable String text(JsonNode object, String member) {
        JsonNode value = object.get(member);
        return value == null || !value.isTextual() ? null : value.textValue();
    }
}
