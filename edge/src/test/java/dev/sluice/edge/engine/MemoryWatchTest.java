package dev.sluice.edge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryWatchTest {
    private double direct;
    private double heap;
    private long collections;
    private final List<Double> shed = new ArrayList<>();
    private final MemoryWatch watch = new MemoryWatch(() -> direct, () -> heap, () -> collections, shed::add);

    @Test
    void shouldSendSessionsAwayAsLongAsBuffersAreShort() {
        direct = 0.89;
        watch.look();
        assertThat(shed).isEmpty();
        assertThat(watch.isShort()).isFalse();

        direct = 0.9;
        watch.look();
        watch.look();
        assertThat(shed).containsExactly(0.05, 0.05);
        assertThat(watch.isShort()).isTrue();
    }

    @Test
    void shouldGoOnUntilThereIsEnough() {
        direct = 0.95;
        watch.look();
        direct = 0.85;
        watch.look();
        assertThat(watch.isShort()).isTrue();
        assertThat(shed).hasSize(2);

        direct = 0.79;
        watch.look();
        assertThat(watch.isShort()).isFalse();
        assertThat(shed).hasSize(2);

        direct = 0.85;
        watch.look();
        assertThat(watch.isShort()).isFalse();
    }

    /** Whoever is scheduled and throws is not called again. */
    @Test
    void shouldLookAgainWhateverWasThrown() {
        var failing = new MemoryWatch(() -> 0.95, () -> 0, () -> 0, share -> {
            shed.add(share);
            throw new OutOfMemoryError("of a test");
        });
        failing.look();
        failing.look();
        assertThat(shed).hasSize(2);
        assertThat(failing.isShort()).isTrue();
    }

    /** Before that nobody knows what it was good for. */
    @Test
    void shouldWaitForACollectionAfterItSentSessionsAwayForTheHeap() {
        heap = 0.95;
        collections = 1;
        watch.look();
        watch.look();
        assertThat(shed).hasSize(1);

        collections = 2;
        watch.look();
        assertThat(shed).hasSize(2);
        assertThat(watch.isShort()).isTrue();
    }

    /** The real one: what a buffer takes is seen, and that it is given back, though the pool keeps it. */
    @Test
    void shouldSeeWhatBuffersTake() {
        var left = new MemoryLeft();
        double before = left.direct();
        int bytes = (int) Math.min(64L * 1024 * 1024, PlatformDependent.maxDirectMemory() / 4);
        var taken = new ArrayList<ByteBuf>();
        for (int i = 0; i < 16; i++) {
            taken.add(PooledByteBufAllocator.DEFAULT.directBuffer(bytes / 16));
        }
        double share = (double) bytes / PlatformDependent.maxDirectMemory();
        assertThat(left.direct() - before).isBetween(0.9 * share, 1.5 * share);

        taken.forEach(ByteBuf::release);
        assertThat(left.direct() - before).isLessThan(0.1 * share);
    }

    @Test
    void shouldSeeTheHeap() {
        var left = new MemoryLeft();
        long before = left.collections();
        System.gc();

        assertThat(left.collections()).isGreaterThan(before);
        assertThat(left.heap()).isBetween(0.000_1, 1.0);
    }
}
