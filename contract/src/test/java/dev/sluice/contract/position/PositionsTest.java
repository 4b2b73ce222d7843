package dev.sluice.contract.position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.cursor.TopicBinding;
import dev.sluice.contract.position.Positions.Change;
import dev.sluice.contract.problem.Rejected;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionsTest {
    private static final Cursor CURSOR = Cursor.single(TopicBinding.of("sluice.events", "id"), 12, 3, 42);

    @Property
    void shouldReadWhatItWrote(
            @ForAll @NotEmpty String issuer, @ForAll @NotEmpty String subject, @ForAll @NotEmpty String holder) {
        var name = new DurableName(wellFormed(issuer), wellFormed(subject), "mobile");
        for (Change change : new Change[] {
            new Change.Acknowledged(name, CURSOR),
            new Change.Claimed(name, wellFormed(holder)),
            new Change.Forgotten(name)
        }) {
            assertThat(Positions.read(read(Positions.toRecord("t", 12, change))))
                    .contains(change);
        }
    }

    @Property
    void shouldPutAllOfANameInOnePartition(
            @ForAll String subject, @ForAll @IntRange(min = 1, max = 50) int partitions) {
        var name = new DurableName("https://issuer", wellFormed(subject), "mobile");
        assertThat(Positions.toRecord("t", partitions, new Change.Claimed(name, "x"))
                        .partition())
                .isBetween(0, partitions - 1)
                .isEqualTo(Positions.toRecord("t", partitions, new Change.Acknowledged(name, CURSOR))
                        .partition())
                .isEqualTo(Positions.toRecord("t", partitions, new Change.Forgotten(name))
                        .partition());
    }

    @Test
    void shouldNotTakeOneNameForAnother() {
        assertThat(key(new DurableName("a", "b\",\"c", "d"))).isNotEqualTo(key(new DurableName("a", "b", "c\",\"d")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text",
                "{}",
                "[]",
                "[\"position\"]",
                "[\"position\",\"i\",\"s\",1]",
                "[\"other\",\"i\",\"s\",\"n\"]",
                "[\"position\",\"i\",\"s\",\"n\"]"
            })
    void shouldPassOverWhatStrangersWrote(String key) {
        assertThat(Positions.read(record(key.getBytes(StandardCharsets.UTF_8), "no cursor")))
                .isEmpty();
    }

    /** What Jackson takes for UCS-4 in an order that it does not know. Found by RecordFuzz. */
    @Test
    void shouldPassOverAKeyInAStrangeEncoding() {
        assertThat(Positions.read(record(new byte[] {0, '[', 0, 0}, "no cursor")))
                .isEmpty();
    }

    @Test
    void shouldPassOverARecordWithoutKey() {
        assertThat(Positions.read(record(null, "x"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "ä", "a/b", "a\"b"})
    void shouldRefuseWhatIsNoName(String name) {
        assertThatThrownBy(() -> DurableName.of("i", "s", "durable", name))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        refusal -> assertThat(refusal.problem().field()).isEqualTo("durable"));
        assertThatThrownBy(() -> DurableName.of("i", "s", "durable", "x".repeat(101)))
                .isInstanceOf(Rejected.class);
    }

    private static String key(DurableName name) {
        return Positions.toRecord("t", 1, new Change.Forgotten(name)).key();
    }

    private static ConsumerRecord<byte[], byte[]> read(ProducerRecord<String, byte[]> written) {
        return new ConsumerRecord<>("t", 0, 0, written.key().getBytes(StandardCharsets.UTF_8), written.value());
    }

    private static ConsumerRecord<byte[], byte[]> record(byte @Nullable [] key, String value) {
        return new ConsumerRecord<>("t", 0, 0, key, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Lone surrogates have no UTF-8 form; a token, which is JSON in UTF-8, can't hold them either. */
    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
