package dev.sluice.fanout.cold;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LineTest {
    private static final long PAUSE = Line.PAUSE.toNanos();

    private final Line line = new Line();

    private static Request<String> of(int partition) {
        return new Request<>(partition, 0, scan -> "");
    }

    private @Nullable Request<?> take(long nanos) {
        return line.take(request -> false, request -> false, nanos);
    }

    private Request<String> add(int partition) {
        Request<String> request = of(partition);
        line.add(request);
        return request;
    }

    @Test
    void shouldGiveTheOldestFirstUnlessAnotherCostsNoSeek() {
        var first = add(0);
        var second = add(1);
        var third = add(2);

        assertThat(line.take(request -> request.partition() == 2, request -> false, 0))
                .isSameAs(third);
        assertThat(take(0)).isSameAs(first);
        assertThat(take(0)).isSameAs(second);
        assertThat(take(0)).isNull();
        assertThat(line.isPausing()).isFalse();
    }

    /** A seek would cost this one a dedupe window, and then the other one too, who stands there. */
    @Test
    void shouldLeaveToAWorkerWhatCostsItNoSeek() {
        var others = add(0);
        var free = add(1);

        assertThat(line.take(request -> false, request -> request.partition() == 0, 0))
                .isSameAs(free);
        assertThat(line.take(request -> false, request -> request.partition() == 0, 0))
                .isNull();
        assertThat(line.take(request -> request.partition() == 0, request -> request.partition() == 0, 0))
                .isSameAs(others);
    }

    /** With two workers a dead partition must never have both. */
    @Test
    void shouldLetOneWorkerAtATimeTryAPartitionThatGaveNothing() {
        var dead = add(0);
        take(0);
        line.failed(dead, 0);
        var alsoDead = add(0);
        var well = add(1);

        assertThat(take(0)).as("what can be read comes first").isSameAs(well);
        assertThat(take(PAUSE - 1)).as("before the pause is over").isNull();
        assertThat(line.isPausing()).isTrue();
        assertThat(take(PAUSE)).isSameAs(dead);
        assertThat(line.isMute(dead)).isTrue();
        assertThat(take(10 * PAUSE)).as("while another worker tries it").isNull();
        assertThat(line.isPausing()).as("only something else can be done now").isFalse();
        var later = add(2);
        assertThat(take(10 * PAUSE)).isSameAs(later);

        line.failed(dead, 10 * PAUSE);
        assertThat(take(10 * PAUSE)).isNull();
        assertThat(take(11 * PAUSE))
                .as("the others of that partition have their turn too")
                .isSameAs(alsoDead);
    }

    /** However much there is to read of the others. */
    @Test
    void shouldForgetNobodyWhosePartitionGaveNothing() {
        var dead = add(0);
        take(0);
        line.failed(dead, 0);
        var well = add(1);
        add(1);

        assertThat(take(Line.LONG_PAUSE.toNanos() - 1)).isSameAs(well);
        assertThat(take(Line.LONG_PAUSE.toNanos())).isSameAs(dead);
    }

    @Test
    void shouldReadAPartitionAsAnyOtherWhenItGivesAgain() {
        var request = add(0);
        take(0);
        line.failed(request, 0);
        var another = add(0);
        assertThat(take(PAUSE)).isSameAs(request);

        line.done(request);

        assertThat(line.isMute(another)).isFalse();
        assertThat(take(PAUSE)).isSameAs(another);
    }

    @Test
    void shouldTryAgainAfterAWorkerHasEndedOverOne() {
        var request = add(0);
        take(0);
        line.failed(request, 0);
        assertThat(take(PAUSE)).isSameAs(request);

        line.done(request);
        line.add(request);

        assertThat(take(PAUSE)).isSameAs(request);
    }
}
