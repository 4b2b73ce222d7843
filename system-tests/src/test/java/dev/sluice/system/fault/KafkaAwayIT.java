package dev.sluice.system.fault;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Connection;
import dev.sluice.client.Received;
import dev.sluice.client.http.Answer;
import dev.sluice.client.http.Http;
import dev.sluice.client.http.SteadyProducer;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The broker goes away and comes back with its data. */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaAwayIT {

    private static final int EVENTS = 100;
    private static final int HEARTBEATS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofMillis(1);

    private final Sluice sluice = new Sluice(Sluice.builder("kafka-away").start());

    @BeforeAll
    void warmUp() {
        sluice.producer().text("kafka-away.warm-up", "x");
    }

    @AfterAll
    void stop() {
        sluice.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRefusePostsKeepClientsAndGoOnWithNothingMissingAndNothingTwice(boolean orderly) throws Exception {
        var channel = Sluice.unique("kafka-away.events");
        Map<Protocol, Connection> clients = new EnumMap<>(Protocol.class);
        Protocol.MAIN.forEach(
                protocol -> clients.put(protocol, sluice.subscribe(protocol, to(channel, channel + ".*"))));
        clients.values().forEach(Expect::started);
        try (var producer = new SteadyProducer(sluice.producer(), channel, PAUSE)) {
            awaitAcknowledged(producer, EVENTS);
            if (orderly) {
                sluice.stack().kafka().stop();
            } else {
                sluice.stack().kafka().kill();
            }
            Expect.eventually("a refused post", PATIENCE, () -> producer.refused().stream()
                    .findFirst());
            clients.forEach(KafkaAwayIT::awaitHeartbeats);
            assertEverybodyIsLive();

            var before = producer.acknowledged().size();
            sluice.stack().kafka().start();
            awaitAcknowledged(producer, before + EVENTS);
            producer.stop();

            producer.refused().forEach(KafkaAwayIT::assertTryLater);
            var last = producer.acknowledged().get(producer.acknowledged().size() - 1);
            clients.forEach((protocol, client) -> {
                Expect.eventually("the last event at " + protocol, PATIENCE, () -> client.events().stream()
                        .filter(event -> event.text().equals(Integer.toString(last)))
                        .findFirst());
                assertExact(protocol, client, producer);
            });
            System.out.printf(
                    "KafkaAwayIT: broker %s: %d posts acknowledged, %d refused; each of %s got every acknowledged event once%n",
                    orderly ? "stopped" : "killed",
                    producer.acknowledged().size(),
                    producer.refused().size(),
                    clients.keySet());
        } finally {
            clients.values().forEach(Connection::close);
        }
    }

    @Test
    void shouldServeNewClientsFromMemoryWhileKafkaIsAway() {
        var channel = Sluice.unique("kafka-away.memory");
        var cursor = sluice.producer().text(channel, "1");
        sluice.producer().text(channel, "2");
        try (var connection = sluice.subscribe(Protocol.SSE, to(channel))) {
            Expect.started(connection);
        }
        sluice.stack().kafka().stop();
        try {
            for (var protocol : Protocol.MAIN) {
                try (var connection = sluice.subscribe(protocol, to(channel).cursor(cursor))) {
                    Expect.eventWith(connection, "2");
                }
            }
        } finally {
            sluice.stack().kafka().start();
        }
    }

    private static void awaitAcknowledged(SteadyProducer producer, int count) {
        Expect.eventually(count + " acknowledged posts", PATIENCE, () -> Optional.of(producer.acknowledged())
                .filter(numbers -> numbers.size() >= count));
    }

    private static void awaitHeartbeats(Protocol protocol, Connection client) {
        var before = client.controls("heartbeat").size();
        Expect.until(
                "heartbeats at " + protocol, () -> client.controls("heartbeat").size() >= before + HEARTBEATS);
        assertThat(client.ended()).isEmpty();
    }

    private void assertEverybodyIsLive() {
        for (var service : sluice.stack().services()) {
            if (service.component() == Component.PUBLISHER
                    || service.component().isEdge()) {
                assertThat(Http.get(service.url().resolve("/q/health/live")).status())
                        .as(service.name())
                        .isEqualTo(200);
            }
        }
        Expect.until(
                "that the publisher is not ready",
                () -> Http.get(sluice.url(Component.PUBLISHER).resolve("/q/health/ready"))
                                .status()
                        == 503);
    }

    private static void assertTryLater(Answer refused) {
        assertThat(refused.refusal().summary()).isEqualTo("503 unavailable");
        assertThat(refused.header("Retry-After")).matches("[0-9]+");
    }

    /** All that was acknowledged, in order, each once; what was not acknowledged at most once, and in its place. */
    private static void assertExact(Protocol protocol, Connection client, SteadyProducer producer) {
        var got = client.events().stream()
                .map(Received.Event::text)
                .map(Integer::parseInt)
                .toList();
        assertThat(got)
                .as(protocol + ": once and in order")
                .doesNotHaveDuplicates()
                .isSorted();
        assertThat(got).as(protocol + ": nothing missing").containsAll(producer.acknowledged());
        assertThat(client.ended()).isEmpty();
        assertThat(client.controls("gap")).isEmpty();
    }
}
