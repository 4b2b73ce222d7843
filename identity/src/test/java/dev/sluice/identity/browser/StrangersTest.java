package dev.sluice.identity.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StrangersTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private final Strangers strangers = new Strangers(nanos::get);
    private final Logger logger = Logger.getLogger(Strangers.class.getName());
    private final List<String> lines = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            lines.add(record.getLevel() + " " + String.format(record.getMessage(), record.getParameters()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
    }

    @AfterEach
    void leave() {
        logger.removeHandler(handler);
    }

    @Test
    void shouldTellOfAnOriginOnceAndWhichKeyToSet() {
        assertThat(strangers.met("https://app.example.com")).isTrue();
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(strangers.met("https://app.example.com")).isFalse();
        assertThat(lines)
                .singleElement()
                .asString()
                .startsWith("INFO")
                .contains("origin=https://app.example.com", "sluice.browser.origins");
    }

    @Test
    void shouldNotFillTheLogWhoeverAsks() {
        assertThat(IntStream.range(0, 1_000).filter(i -> strangers.met("https://" + i + ".example.com")))
                .containsExactly(0);
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        assertThat(strangers.met("https://another.example.com")).isTrue();
    }

    @Test
    void shouldForgetTheOldestOfMany() {
        for (int i = 0; i <= 100; i++) {
            assertThat(strangers.met("https://" + i + ".example.com")).isTrue();
            nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        }
        assertThat(strangers.met("https://1.example.com")).isFalse();
        assertThat(strangers.met("https://0.example.com")).isTrue();
    }

    @Test
    void shouldWriteNoLinesOfSomebodyElse() {
        strangers.met("x\r\n2026 ERROR \u001b[31m" + "y".repeat(1_000));
        assertThat(lines)
                .singleElement()
                .asString()
                .doesNotContainPattern("\\p{Cntrl}")
                .hasSizeLessThan(500);
    }
}
