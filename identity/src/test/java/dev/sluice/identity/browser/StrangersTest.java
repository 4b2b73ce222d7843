package dev.sluice.identity.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StrangersTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private final Strangers strangers = new Strangers(nanos::get);

    @Test
    void shouldTellOfAnOriginOnce() {
        assertThat(strangers.met("https://app.example.com")).contains("https://app.example.com");
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(strangers.met("https://app.example.com")).isEmpty();
    }

    @Test
    void shouldNotFillTheLogWhoeverAsks() {
        assertThat(IntStream.range(0, 1_000)
                        .filter(i ->
                                strangers.met("https://" + i + ".example.com").isPresent()))
                .containsExactly(0);
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        assertThat(strangers.met("https://another.example.com")).isPresent();
    }

    @Test
    void shouldForgetTheOldestOfMany() {
        for (int i = 0; i <= 100; i++) {
            assertThat(strangers.met("https://" + i + ".example.com")).isPresent();
            nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        }
        assertThat(strangers.met("https://1.example.com")).isEmpty();
        assertThat(strangers.met("https://0.example.com")).isPresent();
    }

    @Test
    void shouldWriteNoLinesOfSomebodyElse() {
        assertThat(strangers.met("x\r\n2026 ERROR \u001b[31m" + "y".repeat(1_000)))
                .hasValueSatisfying(told ->
                        assertThat(told).startsWith("x??2026?ERROR??[31my").hasSize(200));
    }
}
