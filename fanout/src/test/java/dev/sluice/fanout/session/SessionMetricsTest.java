package dev.sluice.fanout.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Reason;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

/** A series is there before it counts: what appears with 1 has, to Prometheus, not risen. */
class SessionMetricsTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void shouldHaveEverySeriesAtNought() {
        var metrics = new SessionMetrics(registry);
        int before = registry.getMeters().size();

        for (Reason reason : Reason.values()) {
            assertThat(count("sluice.disconnects", "reason", reason.code())).isZero();
            assertThat(count("sluice.requests.refused", "reason", reason.code()))
                    .isZero();
        }
        for (GapReason reason : GapReason.values()) {
            assertThat(count("sluice.gaps", "reason", reason.code())).isZero();
            metrics.gap(reason);
        }
        for (Limit limit : Limit.values()) {
            assertThat(count("sluice.limits.hit", "limit", limit.code())).isZero();
        }
        metrics.closed(SessionMetrics.LEFT, 1);
        metrics.closed(SessionMetrics.ANSWERED, 1);

        assertThat(registry.getMeters()).hasSize(before);
        assertThat(count("sluice.gaps", "reason", "expired")).isEqualTo(1);
    }

    @Test
    void shouldSayOfEachWhatItIs() {
        new SessionMetrics(registry);

        assertThat(registry.getMeters())
                .extracting(Meter::getId)
                // What this registry keeps apart of a timer.
                .filteredOn(id -> !id.getName().endsWith(".histogram"))
                .allSatisfy(
                        id -> assertThat(id.getDescription()).as(id.getName()).isNotBlank());
    }

    private double count(String name, String tag, String value) {
        return registry.get(name).tag(tag, value).counter().count();
    }
}
