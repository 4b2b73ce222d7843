package dev.sluice.fanout.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.cursor.CursorEncoder;
import dev.sluice.contract.cursor.TopicBinding;
import dev.sluice.contract.event.Event;
import dev.sluice.fanout.session.BodyFormat;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.GraphLayout;

/** The bound of memory is one of real bytes: objects are counted, not time. */
class RecentLogMemoryTest {
    static {
        // JOL looks into records and hidden classes only so.
        System.setProperty("jol.magicFieldOffset", "true");
    }

    private static final int EVENTS = 2_000;
    private static final int FORMATS = 3;
    private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");
    private static final CursorEncoder CURSORS = new CursorEncoder(TopicBinding.of("events", "4mA9V0BvQ9y4OLP8fyVQSw"));
    private static final BodyFormat BODY = (event, time) -> new byte[event.size() + 150];

    private static RecentLog log(long bytes) {
        return new RecentLog(
                new RecentLogLimits(bytes, 4_096, Duration.ofMinutes(10)),
                new long[1],
                FORMATS,
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static Event event(int i) {
        return new Event(
                new Channel("rooms." + i % 100),
                "0193a7c2-1111-7000-8000-" + (100_000_000_000L + i),
                "/producers/one",
                "com.example.message",
                NOW.plusMillis(i),
                null,
                new String("text/plain"),
                null,
                Map.of("tenant", "t" + i),
                ("a payload of about a hundred bytes " + i + " ".repeat(60)).getBytes(StandardCharsets.US_ASCII));
    }

    private static void readBy(Entry entry) {
        for (int slot = 0; slot < FORMATS; slot++) {
            entry.body(slot, BODY);
        }
        entry.ownCursor(CURSORS, 1);
        entry.shareFullCursor(CURSORS.all(new long[] {entry.offset()}));
    }

    private static List<Entry> entries(RecentLog log) {
        return IntStream.range(0, EVENTS)
                .mapToObj(log::get)
                .filter(entry -> entry != null)
                .toList();
    }

    private static void isCounted(RecentLog log, long empty, String what) {
        long real = GraphLayout.parseInstance(log).totalSize() - empty;
        System.out.printf(
                "RecentLogMemoryTest: %s: %d bytes an event, counted %d%n", what, real / EVENTS, log.bytes() / EVENTS);
        assertThat(log.bytes()).as(what).isBetween((long) (real * 0.85), (long) (real * 1.25));
    }

    @Test
    void shouldCountWhatIsHeld() {
        var log = log(1L << 40);
        long empty = GraphLayout.parseInstance(log).totalSize();
        for (int i = 0; i < EVENTS; i++) {
            log.append(0, i, NOW.toEpochMilli(), event(i));
        }
        log.publish();
        isCounted(log, empty, "bare");
        entries(log).forEach(RecentLogMemoryTest::readBy);
        isCounted(log, empty, "with bodies and cursors");
        entries(log).forEach(Entry::cloudEvent);
        isCounted(log, empty, "with views");
    }

    @Test
    void shouldKeepTheBoundWhenReadersAddToEvents() {
        var log = log(1 << 20);
        for (int i = 0; i < EVENTS; i++) {
            log.append(0, i, NOW.toEpochMilli(), event(i));
        }
        log.publish();
        entries(log).forEach(RecentLogMemoryTest::readBy);
        assertThat(log.bytes()).isGreaterThan(1 << 20);

        assertThat(log.trim()).isTrue();
        log.publish();
        assertThat(log.bytes()).isLessThanOrEqualTo(1 << 20);
        assertThat(log.events()).isGreaterThan(500);
        // Who still holds one that has left adds to nothing.
        var held = entries(log);
        for (int i = EVENTS; i < EVENTS + 4_096; i++) {
            log.append(0, i, NOW.toEpochMilli(), event(i % EVENTS));
        }
        long bytes = log.bytes();
        held.forEach(Entry::cloudEvent);
        assertThat(log.bytes()).isEqualTo(bytes);
    }

    @Test
    void shouldNotLoseMemoryToARecordOfTheFuture() {
        var log = log(1L << 40);
        long now = NOW.toEpochMilli();
        log.append(0, 0, now - 60_000, event(0));
        log.append(0, 1, now + Duration.ofDays(365).toMillis(), event(1));
        log.append(0, 2, now, event(2));
        log.publish();

        assertThat(log.events()).isEqualTo(3);
        assertThat(log.get(1)).isNotNull().extracting(Entry::since).isEqualTo(now);
    }
}
