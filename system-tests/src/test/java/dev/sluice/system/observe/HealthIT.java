package dev.sluice.system.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.NewEvent;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.client.http.Http;
import dev.sluice.contract.problem.Limit;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.contract.Talk;
import dev.sluice.system.limit.Hits;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.net.URI;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
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
            assertThat(during.sum("sluice_bytes_delivered_total", ""))
                    .isGreaterThan(before.sum("sluice_bytes_delivered_total", ""));
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

    /** Those that need no configuration to be hit. */
    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    @Hits({Limit.CHANNELS, Limit.FILTER})
    void shouldCountLimitsOfASubscription(Protocol protocol) {
        var edge = sluice.url(protocol.edge());
        var tooMany = SubscriptionRequest.to(
                IntStream.range(0, 101).mapToObj(i -> "rooms.r" + i).toList());
        var tooLong = SubscriptionRequest.to("rooms.r").filter("type = '" + "a".repeat(2_000) + "'");
        var tooDeep = SubscriptionRequest.to("rooms.r").filter("(".repeat(33) + "TRUE" + ")".repeat(33));
        Map.of(tooMany, "channels", tooLong, "filter", tooDeep, "filter").forEach((request, limit) -> {
            var before = hits(edge, limit);
            try (var connection = sluice.subscribe(protocol, request)) {
                assertThat(Expect.refusal(connection).reason()).isEqualTo("malformed");
            }
            assertThat(hits(edge, limit)).as(limit).isGreaterThan(before);
        });
    }

    @ParameterizedTest
    @EnumSource
    @Hits({Limit.SUBSCRIPTIONS, Limit.MESSAGE_SIZE})
    void shouldCountLimitsOfAConversation(Talk talk) {
        var edge = sluice.url(talk.edge());
        var subscriptions = hits(edge, "subscriptions");
        var sizes = hits(edge, "message-size");
        try (var client = talk.open(sluice, sluice.token("alice"))) {
            IntStream.rangeClosed(0, 100)
                    .forEach(i -> client.subscribe("s" + i, SubscriptionRequest.to("rooms.r" + i)));
            assertThat(Expect.answer(client, "s100").members().path("reason").asText())
                    .isEqualTo("limited");
            assertThat(hits(edge, "subscriptions")).isGreaterThan(subscriptions);

            client.publish("p", NewEvent.text("rooms.r", "x".repeat(600 * 1024)));
            assertThat(Expect.end(client).reason()).isEqualTo("too-large");
            assertThat(hits(edge, "message-size")).isGreaterThan(sizes);
        }
    }

    @Test
    @Hits(Limit.EVENT_SIZE)
    void shouldCountEventsThatAreTooLarge() {
        var publisher = sluice.url(Component.PUBLISHER);
        var before = hits(publisher, "event-size");
        var answer = sluice.producer().post(NewEvent.text("rooms.r", "x".repeat(256 * 1024 + 1)));
        assertThat(answer.refusal().summary()).isEqualTo("413 too-large data");
        assertThat(hits(publisher, "event-size")).isGreaterThan(before);
    }

    private static double hits(URI service, String limit) {
        return Scrape.of(service).sum("sluice_limits_hit_total", "limit=\"" + limit + "\"");
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
