package dev.sluice.fanout.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FetchSpacingTest {
    private long now = 42;
    private final FetchSpacing spacing = new FetchSpacing(() -> now);

    @Test
    void shouldAskAtOnceAfterAnEventThatCameAlone() {
        spacing.read(1);
        assertThat(spacing.left()).isZero();

        pass(FetchSpacing.FAST.plusNanos(1));
        spacing.read(1);
        assertThat(spacing.left()).isZero();
    }

    @Test
    void shouldWaitWhileEventsComeFastAndFewAtATime() {
        spacing.read(1);
        pass(FetchSpacing.FAST);
        spacing.read(1);
        assertThat(spacing.left()).isEqualTo(FetchSpacing.APART);

        // What was done with the events counts as waiting.
        pass(FetchSpacing.APART.dividedBy(4));
        assertThat(spacing.left()).isEqualTo(FetchSpacing.APART.minus(FetchSpacing.APART.dividedBy(4)));
        pass(FetchSpacing.APART);
        assertThat(spacing.left()).isZero();
        spacing.read(5);
        assertThat(spacing.left()).isEqualTo(FetchSpacing.APART);
    }

    @Test
    void shouldNotWaitWhereManyComeAtATime() {
        spacing.read(FetchSpacing.MANY);
        spacing.read(FetchSpacing.MANY);
        assertThat(spacing.left()).isZero();
    }

    @Test
    void shouldNotWaitOnceNothingComesAnyMore() {
        spacing.read(1);
        spacing.read(1);
        spacing.read(0);
        assertThat(spacing.left()).isZero();
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
