package dev.sluice.system.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.client.SubscriptionRequest;
import dev.sluice.system.client.http.Http;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All of it without a token. */
@ExtendWith(SharedSluice.class)
class HealthIT {

    private final Sluice sluice;

    HealthIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldBeLiveAndReady(Component component) {
        for (var path : new String[] {"/q/health", "/q/health/live", "/q/health/ready"}) {
            var answer = Http.get(sluice.url(component).resolve(path));
            assertThat(answer.status()).as(path).isEqualTo(200);
            assertThat(answer.json().path("status").asText()).isEqualTo("UP");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldCountWhatAnEdgeDoes(Protocol protocol) {
        var channel = Sluice.unique("metrics." + protocol);
        var edge = sluice.url(protocol.edge());
        var before = Scrape.of(edge);
        try (var connection = sluice.subscribe(protocol, SubscriptionRequest.to(channel))) {
            Expect.started(connection);
            sluice.producer().text(channel, "counted");
            Expect.eventWith(connection, "counted");
            Expect.until("the active connection", () -> Scrape.of(edge).sum("sluice_connections_active", "") >= 1);
            var during = Scrape.of(edge);
            assertThat(during.sum("sluice_subscriptions_active", "")).isGreaterThanOrEqualTo(1);
            assertThat(during.sum("sluice_events_delivered_total", ""))
                    .isGreaterThan(before.sum("sluice_events_delivered_total", ""));
            assertThat(during.sum("sluice_bytes_delivered_bytes_total", ""))
                    .isGreaterThan(before.sum("sluice_bytes_delivered_bytes_total", ""));
            assertThat(during.has("sluice_log_lag")).isTrue();
            assertThat(during.has("sluice_delivery_latency_seconds_bucket")).isTrue();
        }
        Expect.until(
                "the disconnect",
                () -> Scrape.of(edge).sum("sluice_disconnects_total", "reason=\"client\"")
                        > before.sum("sluice_disconnects_total", "reason=\"client\""));
        assertThat(Scrape.of(edge).has("sluice_connection_duration_seconds_bucket"))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldCountRefusals(Protocol protocol) {
        var edge = sluice.url(protocol.edge());
        var before = Scrape.of(edge).sum("sluice_requests_refused_total", "reason=\"forbidden\"");
        try (var connection = protocol.subscribe(edge, sluice.token("alice"), SubscriptionRequest.to("orders.1"))) {
            Expect.refusal(connection);
        }
        Expect.until(
                "the refusal",
                () -> Scrape.of(edge).sum("sluice_requests_refused_total", "reason=\"forbidden\"") > before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sluice_publish_events_total",
                "sluice_publish_bytes_total",
                "sluice_publish_duration_seconds_bucket",
                "sluice_publish_inflight_bytes"
            })
    void shouldCountWhatThePublisherDoes(String metric) {
        sluice.producer().text("metrics.publisher", "counted");
        assertThat(Scrape.of(sluice.url(Component.PUBLISHER)).has(metric)).isTrue();
    }
}
