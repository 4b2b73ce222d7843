package dev.sluice.contract.cursor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.contract.problem.Rejected;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CursorTest {
    private static final long HIGHEST = (1L << 62) - 1;
    private static final TopicBinding TOPIC = TopicBinding.of("sluice.events", "vPeOCWypqUOSepEvx0cbog");
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    @Property
    void shouldComeBackAsItWas(@ForAll("cursors") Cursor cursor) throws Rejected {
        assertThat(Cursor.parse("cursor", cursor.toString())).isEqualTo(cursor);
        assertThat(cursor.toString()).matches("[A-Za-z0-9_-]+");
    }

    @Property
    void shouldHaveOneFormOnly(
            @ForAll("cursors") Cursor cursor, @ForAll @IntRange(max = 1_000) int at, @ForAll char by) {
        String text = cursor.toString();
        int i = at % text.length();
        assertCanonicalOrRefused(text.substring(0, i) + by + text.substring(i + 1));
        assertCanonicalOrRefused(text.substring(0, i) + ALPHABET.charAt(by % 64) + text.substring(i + 1));
        assertCanonicalOrRefused(text.substring(0, i) + text.substring(i + 1));
        assertCanonicalOrRefused(text + by);
        assertCanonicalOrRefused(text + "=");
        assertThat(parsed(text.substring(0, i))).isNull();
    }

    /** Every single altered character is found, because the checksum covers all bits and the rest must be canonical. */
    @Property(tries = 50)
    void shouldFindEveryAlteredCharacter(@ForAll("cursors") Cursor cursor) {
        String text = cursor.toString();
        for (int i = 0; i < text.length(); i++) {
            for (char c : ALPHABET.toCharArray()) {
                if (c != text.charAt(i)) {
                    assertThat(parsed(text.substring(0, i) + c + text.substring(i + 1)))
                            .isNull();
                }
            }
        }
    }

    /** The checksum of something and its checksum is a constant, so it alone would let some be made longer. */
    @Property(tries = 20)
    void shouldNotBeExtended(@ForAll("cursors") Cursor cursor) {
        for (char first : ALPHABET.toCharArray()) {
            assertThat(parsed(cursor.toString() + first)).isNull();
            for (char second : ALPHABET.toCharArray()) {
                assertThat(parsed(cursor.toString() + first + second)).isNull();
            }
        }
    }

    /** With a forged checksum: whatever the bytes say, they are a canonical cursor or refused, and nothing else is thrown. */
    @Property(tries = 5_000)
    void shouldSurviveForgedBytes(@ForAll @IntRange(max = 31) int form, @ForAll @Size(max = 40) byte[] body) {
        byte[] bytes = new byte[body.length + 2];
        bytes[0] = (byte) (2 << 5 | form);
        System.arraycopy(body, 0, bytes, 1, body.length);
        bytes[bytes.length - 1] = (byte) ByteWriter.checksum(bytes, bytes.length - 1);
        assertCanonicalOrRefused(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    @Property
    void shouldRefuseAnyOtherText(@ForAll String text) {
        assertCanonicalOrRefused(text);
    }

    private static void assertCanonicalOrRefused(String text) {
        Cursor cursor = parsed(text);
        if (cursor != null) {
            assertThat(cursor).hasToString(text);
        }
    }

    private static @org.jspecify.annotations.Nullable Cursor parsed(String text) {
        try {
            return Cursor.parse("cursor", text);
        } catch (Rejected refused) {
            assertThat(refused.problem().field()).isEqualTo("cursor");
            return null;
        }
    }

    @Property
    void shouldBeShortForOnePartition(
            @ForAll @IntRange(max = 127) int partition,
            @ForAll @IntRange(min = 1, max = 128) int later,
            @ForAll @LongRange(max = HIGHEST) long offset) {
        assertThat(Cursor.single(TOPIC, partition + later, partition, offset).toString())
                .hasSizeLessThan(24);
    }

    @Test
    void shouldBeShortForTwelvePartitions() {
        long[] offsets = new long[12];
        Arrays.fill(offsets, (1L << 40) - 1);
        assertThat(Cursor.all(TOPIC, offsets).toString()).hasSizeLessThan(100);
    }

    @Property
    void shouldBeWrittenTheSameByTheEncoder(@ForAll @Size(min = 1, max = 40) long[] offsets) {
        long[] legal = Arrays.stream(offsets).map(offset -> offset & HIGHEST).toArray();
        var encoder = new CursorEncoder(TOPIC);
        assertThat(new String(encoder.all(legal), StandardCharsets.US_ASCII))
                .isEqualTo(Cursor.all(TOPIC, legal).toString());
        assertThat(new String(encoder.single(7, 3, legal[0]), StandardCharsets.US_ASCII))
                .isEqualTo(Cursor.single(TOPIC, 7, 3, legal[0]).toString());
    }

    @Test
    void shouldRefuseTheCursorOfAnotherTopic() throws Rejected {
        var other = TopicBinding.of("other", "vPeOCWypqUOSepEvx0cbog");
        var cursor = Cursor.parse("cursor", Cursor.single(other, 1, 0, 1).toString());
        var refusal = catchThrowableOfType(Rejected.class, () -> cursor.requireTopic("cursor", TOPIC));
        assertThat(refusal.problem().field()).isEqualTo("cursor");
    }

    // ---- Algebra

    @Property
    void shouldMergeToTheLeastPositionThatReachesBoth(
            @ForAll("cursors") Cursor one, @ForAll("cursors") Cursor other, @ForAll("cursors") Cursor third) {
        Cursor merged = one.merge(other);
        assertThat(merged.reaches(one)).isTrue();
        assertThat(merged.reaches(other)).isTrue();
        assertThat(third.reaches(merged)).isEqualTo(third.reaches(one) && third.reaches(other));
    }

    @Property
    void shouldMergeInAnyOrderToTheSame(
            @ForAll("cursors") Cursor one, @ForAll("cursors") Cursor other, @ForAll("cursors") Cursor third)
            throws Rejected {
        assertThat(one.merge(other)).isEqualTo(other.merge(one));
        assertThat(one.merge(other).merge(third)).isEqualTo(one.merge(other.merge(third)));
        assertThat(one.merge(one)).isEqualTo(one);
        Cursor travelled = Cursor.parse("cursor", one.merge(other).toString());
        assertThat(travelled).isEqualTo(one.merge(other));
    }

    /** A partial order: neither of two need reach the other. */
    @Property
    void shouldOrderPositionsOfTheSamePartitions(
            @ForAll("cursors") Cursor one, @ForAll("cursors") Cursor other, @ForAll("cursors") Cursor third) {
        assertThat(one.reaches(one)).isTrue();
        if (one.reaches(other) && other.reaches(one)) {
            assertThat(one.size()).isEqualTo(other.size());
            assertThat(one).isEqualTo(other);
        }
        if (one.reaches(other) && other.reaches(third)) {
            assertThat(one.reaches(third)).isTrue();
        }
        assertThat(one.reaches(other)).isEqualTo(one.merge(other).equals(one));
    }

    @Property
    void shouldReachWhatComesBeforeInEachPartition(@ForAll @Size(min = 1, max = 20) long[] offsets, @ForAll int by) {
        long[] at =
                Arrays.stream(offsets).map(offset -> offset & (HIGHEST >> 1)).toArray();
        long[] further = at.clone();
        further[Math.floorMod(by, at.length)]++;
        assertThat(Cursor.all(TOPIC, further).reaches(Cursor.all(TOPIC, at))).isTrue();
        assertThat(Cursor.all(TOPIC, at).reaches(Cursor.all(TOPIC, further))).isFalse();
    }

    /** Who knew fewer partitions has read nothing of what came to others since. */
    @Test
    void shouldNotReachWhatWasReadWithMorePartitions() {
        var few = Cursor.single(TOPIC, 2, 1, 9);
        var many = Cursor.single(TOPIC, 4, 1, 7);
        assertThat(few.reaches(many)).isFalse();
        assertThat(many.reaches(few)).isFalse();
        assertThat(few.merge(many)).isEqualTo(Cursor.single(TOPIC, 4, 1, 9));
    }

    @Property
    void shouldHaveNoOrderBetweenIncarnations(@ForAll("cursors") Cursor one) {
        Cursor elsewhere =
                Cursor.single(TopicBinding.of("sluice.events", "made anew"), 2_001, one.partition(0), HIGHEST);
        assertThat(one.reaches(elsewhere)).isFalse();
        assertThat(elsewhere.reaches(one)).isFalse();
        assertThatThrownBy(() -> one.merge(elsewhere)).isInstanceOf(IllegalArgumentException.class);
    }

    @Provide
    static Arbitrary<Cursor> cursors() {
        Arbitrary<Set<Integer>> some =
                Arbitraries.integers().between(0, 2_000).set().ofMinSize(1).ofMaxSize(20);
        Arbitrary<Set<Integer>> dense = Arbitraries.integers()
                .between(1, 40)
                .map(count -> new TreeSet<>(
                        java.util.stream.IntStream.range(0, count).boxed().toList()));
        Arbitrary<Long> offsets = Arbitraries.longs().between(0, HIGHEST);
        Arbitrary<Integer> later =
                Arbitraries.oneOf(Arbitraries.just(0), Arbitraries.integers().between(0, 300));
        return Arbitraries.oneOf(some, dense).flatMap(partitions -> offsets.list()
                .ofSize(partitions.size())
                .flatMap(values -> later.map(more -> Cursor.of(
                        TOPIC,
                        Collections.max(partitions) + 1 + more,
                        new TreeSet<>(partitions).stream().mapToInt(i -> i).toArray(),
                        values.stream().mapToLong(l -> l).toArray()))));
    }
}
