package dev.sluice.fanout.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OrderSpanTest {
    private final AtomicLong now = new AtomicLong(-5);
    private final OrderSpan span = new OrderSpan(now::get);

    @Test
    void shouldLastFromTheBeginAndFromEachGrowthOn() {
        assertThat(span.isOver()).isFalse();
        now.addAndGet(OrderSpan.LENGTH.toNanos());
        assertThat(span.isOver()).isFalse();
        now.addAndGet(1);
        assertThat(span.isOver()).isTrue();
        span.begin();
        assertThat(span.isOver()).isFalse();
        now.addAndGet(OrderSpan.LENGTH.plus(Duration.ofNanos(1)).toNanos());
        assertThat(span.isOver()).isTrue();
    }
}
