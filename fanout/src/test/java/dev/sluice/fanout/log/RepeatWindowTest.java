package dev.sluice.fanout.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.event.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RepeatWindowTest {
    private static final RepeatLimits LIMITS = new RepeatLimits(Duration.ofMillis(50), 20);

    private final RepeatWindow window = new RepeatWindow(LIMITS);

    private record Logged(Event event, long offset, long time) {}

    private static Event event(String channel, String id) {
        return LogWriter.event(channel, id, "message");
    }

    @Test
    void shouldTellARepeatWithinBothBounds() {
        assertThat(window.isRepeat(event("a", "1"), 0, 0)).isFalse();
        assertThat(window.isRepeat(event("a", "1"), 20, 50)).isTrue();
        assertThat(window.isRepeat(event("a", "1"), 41, 60)).isFalse();
        assertThat(window.isRepeat(event("a", "1"), 42, 111)).isFalse();
    }

    @Test
    void shouldKeepChannelsAndIdsApart() {
        assertThat(window.isRepeat(event("a", "1"), 0, 0)).isFalse();
        assertThat(window.isRepeat(event("b", "1"), 1, 0)).isFalse();
        assertThat(window.isRepeat(event("a", "11"), 2, 0)).isFalse();
        assertThat(window.isRepeat(event("a.b", "1"), 3, 0)).isFalse();
    }

    @Test
    void shouldTellNoRepeatsWhenSwitchedOff() {
        var off = new RepeatWindow(new RepeatLimits(Duration.ZERO, 1));
        assertThat(off.isRepeat(event("a", "1"), 0, 0)).isFalse();
        assertThat(off.isRepeat(event("a", "1"), 1, 0)).isFalse();
    }

    /** Whoever reads from anywhere on, beginning a window early, says the same of every record; and the same as the definition. */
    @Property(tries = 300)
    void shouldSayTheSameWhereverReadingBegan(@ForAll long seed) {
        var random = new Random(seed);
        List<Logged> log = new ArrayList<>();
        long offset = 0;
        long time = 0;
        for (int i = 0; i < 200; i++) {
            offset += 1 + (random.nextInt(5) == 0 ? random.nextInt(10) : 0);
            time += random.nextInt(8) == 0 ? random.nextInt(60) : random.nextInt(3);
            log.add(new Logged(event("c" + random.nextInt(2), "" + random.nextInt(12)), offset, time));
        }
        var whole = new RepeatWindow(LIMITS);
        List<Boolean> answers = log.stream()
                .map(entry -> whole.isRepeat(entry.event(), entry.offset(), entry.time()))
                .toList();
        for (int i = 0; i < log.size(); i++) {
            assertThat(answers.get(i)).as("record %d", i).isEqualTo(hasTwinBefore(log, i));
        }
        int from = random.nextInt(log.size());
        Logged begin = log.get(from);
        var late = new RepeatWindow(LIMITS);
        for (int i = 0; i < log.size(); i++) {
            Logged entry = log.get(i);
            if (i < from
                    && (entry.offset() < begin.offset() - LIMITS.records()
                            || entry.time() < begin.time() - LIMITS.window().toMillis())) {
                continue;
            }
            boolean repeat = late.isRepeat(entry.event(), entry.offset(), entry.time());
            if (i >= from) {
                assertThat(repeat).as("record %d, read from %d", i, from).isEqualTo(answers.get(i));
            }
        }
    }

    private static boolean hasTwinBefore(List<Logged> log, int i) {
        Logged entry = log.get(i);
        for (int j = i - 1; j >= 0; j--) {
            Logged before = log.get(j);
            if (before.event().equals(entry.event())) {
                return entry.offset() - before.offset() <= LIMITS.records()
                        && entry.time() - before.time() <= LIMITS.window().toMillis();
            }
        }
        return false;
    }
}
