package dev.sluice.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SupervisedTest {
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicInteger runs = new AtomicInteger();

    private Supervised supervised(Supervised.Work work) {
        return new Supervised("test", "log", registry, PAUSE, work);
    }

    private double restarts() {
        return registry.get("sluice.reader.restarts")
                .tag("reader", "log")
                .counter()
                .count();
    }

    private static void untilStopped(Supervised thread) {
        while (!thread.isStopping()) {
            thread.pause(Duration.ofSeconds(10));
        }
    }

    @Test
    void shouldBeginAnewAfterAnErrorAndSayThatItIsNotWellMeanwhile() throws Exception {
        var again = new CountDownLatch(1);
        try (var thread = supervised(self -> {
            if (runs.incrementAndGet() == 1) {
                self.begun();
                throw new OutOfMemoryError("no memory in a reader");
            }
            awaitUnchecked(again);
            self.begun();
            untilStopped(self);
        })) {
            assertThat(thread.isWell()).isTrue();
            thread.start();
            await().until(() -> !thread.isWell());
            assertThat(thread.isHopeless()).isFalse();
            again.countDown();
            await().until(thread::isWell);
            assertThat(runs).hasValue(2);
            assertThat(restarts()).isEqualTo(1);
        }
    }

    @Test
    void shouldNotTakeAReturnForAnEnd() {
        try (var thread = supervised(self -> {
            if (runs.incrementAndGet() < 3) {
                return;
            }
            self.begun();
            untilStopped(self);
        })) {
            thread.start();
            await().until(() -> runs.get() == 3 && thread.isWell());
            assertThat(restarts()).isEqualTo(2);
        }
    }

    @Test
    void shouldBeHopelessWhenItFailsTimeAndAgain() {
        try (var thread = supervised(self -> {
            runs.incrementAndGet();
            throw new StackOverflowError("a record that no parser survives");
        })) {
            thread.start();
            await().until(thread::isHopeless);
            assertThat(runs.get()).isGreaterThanOrEqualTo(6);
        }
    }

    @Test
    void shouldStopWithoutAWord() {
        var thread = supervised(self -> {
            runs.incrementAndGet();
            untilStopped(self);
        });
        thread.start();
        await().until(() -> runs.get() == 1);
        thread.close();
        assertThat(thread.isStopping()).isTrue();
        assertThat(restarts()).isZero();
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
