package dev.sluice.contract.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RevocationBookTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private final RevocationBook book = new RevocationBook(Duration.ofHours(1));

    private static TokenRef token(@Nullable String id, @Nullable String session, @Nullable Instant issued) {
        return new TokenRef("https://one", "alice", id, session, issued);
    }

    private static Revocation of(Revocation.Kind kind, String value) {
        return new Revocation(null, kind, value, NOW);
    }

    @Test
    void shouldCoverWhatAUserGotBeforeAndNothingLater() {
        book.apply(of(Revocation.Kind.USER, "alice"), NOW);

        assertThat(book.covers(token(null, null, NOW.minusSeconds(1)))).isTrue();
        assertThat(book.covers(token(null, null, NOW))).isTrue();
        assertThat(book.covers(token(null, null, null))).isTrue();
        assertThat(book.covers(token(null, null, NOW.plusSeconds(1)))).isFalse();
        assertThat(book.covers(new TokenRef("https://one", "bob", "alice", "alice", NOW)))
                .isFalse();
    }

    @Test
    void shouldCoverATokenAndASessionWheneverTheyWereIssued() {
        book.apply(of(Revocation.Kind.TOKEN, "t"), NOW);
        book.apply(of(Revocation.Kind.SESSION, "s"), NOW);
        Instant later = NOW.plusSeconds(60);

        assertThat(book.covers(token("t", null, later))).isTrue();
        assertThat(book.covers(token(null, "s", later))).isTrue();
        assertThat(book.covers(token("s", "t", later))).isFalse();
        assertThat(book.covers(token(null, null, later))).isFalse();
    }

    @Test
    void shouldConcernOneIssuerOnlyWhenItSaysSo() {
        book.apply(new Revocation("https://two", Revocation.Kind.TOKEN, "t", NOW), NOW);

        assertThat(book.covers(token("t", null, NOW))).isFalse();
        assertThat(book.covers(new TokenRef("https://two", "alice", "t", null, NOW)))
                .isTrue();
    }

    /** Records may be read twice, and clocks of publishers differ. */
    @Test
    void shouldGoByTheLatestOfSeveral() {
        Instant later = NOW.plusSeconds(60);

        assertThat(book.apply(new Revocation(null, Revocation.Kind.USER, "alice", later), NOW))
                .isTrue();
        assertThat(book.apply(of(Revocation.Kind.USER, "alice"), NOW)).isFalse();
        assertThat(book.covers(token(null, null, later))).isTrue();
        assertThat(book.size()).isEqualTo(1);
    }

    @Test
    void shouldForgetWhatNoTokenCanBeOf() {
        book.apply(of(Revocation.Kind.TOKEN, "old"), NOW);
        Instant later = NOW.plus(Duration.ofHours(1)).plusSeconds(1);

        assertThat(book.apply(new Revocation(null, Revocation.Kind.TOKEN, "new", later), later))
                .isTrue();
        assertThat(book.apply(of(Revocation.Kind.TOKEN, "older"), later)).isFalse();
        assertThat(book.size()).isEqualTo(1);
        assertThat(book.covers(token("old", null, NOW))).isFalse();
    }

    @Test
    void shouldReadWhatItWroteAndNothingElse() {
        var revocation = new Revocation("https://one", Revocation.Kind.SESSION, "s \"1\"", NOW);

        assertThat(read(RevocationRecords.toRecord("topic", revocation).value()))
                .contains(revocation);
        assertThat(read(RevocationRecords.toRecord("topic", of(Revocation.Kind.USER, "alice"))
                        .value()))
                .contains(of(Revocation.Kind.USER, "alice"));
        for (String strange : new String[] {
            "",
            "[]",
            "7",
            "{}",
            "{\"user\":\"a\"}",
            "{\"user\":7,\"before\":\"2026-01-01T12:00:00Z\"}",
            "{\"user\":\"a\",\"before\":\"yesterday\"}",
            "{\"group\":\"a\",\"before\":\"2026-01-01T12:00:00Z\"}"
        }) {
            assertThat(read(strange.getBytes(StandardCharsets.UTF_8)))
                    .as(strange)
                    .isEmpty();
        }
        assertThat(read(null)).isEmpty();
    }

    /** One such record would end the reader of every service, and again after each start. */
    @Test
    void shouldSurviveAnyTime() {
        for (String before : new String[] {
            "+1000000000-12-31T23:59:59.999999999Z", "-1000000000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"
        }) {
            byte[] value =
                    ("{\"token\":\"" + before + "\",\"before\":\"" + before + "\"}").getBytes(StandardCharsets.UTF_8);
            Revocation revocation = read(value).orElseThrow();
            book.apply(revocation, NOW);
            assertThat(book.covers(token(before, null, NOW))).isEqualTo(!before.startsWith("-"));
            assertThat(read(RevocationRecords.toRecord("topic", revocation).value()))
                    .contains(revocation);
        }
        book.apply(of(Revocation.Kind.TOKEN, "t"), NOW);
        assertThat(book.covers(token("t", null, NOW))).isTrue();
    }

    @Test
    void shouldBeReadByAnyKafkaTool() {
        ProducerRecord<String, byte[]> record =
                RevocationRecords.toRecord("topic", new Revocation("i", Revocation.Kind.USER, "alice", NOW));

        assertThat(record.key()).isEqualTo("alice");
        assertThat(new String(record.value(), StandardCharsets.UTF_8))
                .isEqualTo("{\"user\":\"alice\",\"before\":\"2026-01-01T12:00:00Z\",\"issuer\":\"i\"}");
    }

    private static Optional<Revocation> read(byte @Nullable [] value) {
        return RevocationRecords.read(new ConsumerRecord<>("topic", 0, 0, null, value));
    }
}
