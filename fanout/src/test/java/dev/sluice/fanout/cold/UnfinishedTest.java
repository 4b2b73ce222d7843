package dev.sluice.fanout.cold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.fanout.log.RepeatLimits;
import dev.sluice.fanout.log.RepeatWindow;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnfinishedTest {
    private final Unfinished unfinished = new Unfinished();

    private RepeatWindow leave(int partition, long next) {
        var window = new RepeatWindow(new RepeatLimits(Duration.ofMinutes(2), 100));
        unfinished.leave(partition, next, window);
        return window;
    }

    /** Who has taken it changes it. */
    @Test
    void shouldGiveAWindowToOneWhoGoesOnRightThere() {
        var left = leave(1, 50);

        assertThat(unfinished.take(1, 49)).isNull();
        assertThat(unfinished.take(2, 50)).isNull();
        assertThat(unfinished.take(1, 50)).isSameAs(left);
        assertThat(unfinished.take(1, 50)).isNull();
    }

    @Test
    void shouldKeepOnlyTheLastFew() {
        var windows = new RepeatWindow[6];
        for (int i = 0; i < windows.length; i++) {
            windows[i] = leave(0, i);
        }

        assertThat(unfinished.take(0, 0)).isNull();
        assertThat(unfinished.take(0, 1)).isNull();
        for (int i = 2; i < windows.length; i++) {
            assertThat(unfinished.take(0, i)).isSameAs(windows[i]);
        }
    }

    @Test
    void shouldForgetWhatWasOfAnotherTopic() {
        leave(0, 1);
        unfinished.clear();

        assertThat(unfinished.take(0, 1)).isNull();
    }
}
