package dev.sluice.system.limit;

import static dev.sluice.system.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.Component;
import dev.sluice.system.client.Connection;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.client.RawClient;
import dev.sluice.system.stack.Sluice;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that never come to the point, also those that go on sending: they are cut off, and who listens is not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HandshakeTimeIT {
    private final ScheduledExecutorService trickle = Executors.newScheduledThreadPool(2);
    private final Sluice sluice = start();

    private static Sluice start() {
        var builder = Sluice.builder("handshake-time");
        Component.EDGES.forEach(edge -> builder.env(edge, "SLUICE_LIMITS_HANDSHAKE_TIME", "5s"));
        return new Sluice(builder.start());
    }

    @AfterAll
    void stop() {
        trickle.shutdownNow();
        sluice.close();
    }

    private static Protocol protocol(Component edge) {
        return List.of(Protocol.SSE, Protocol.WEBSOCKET, Protocol.GRPC).stream()
                .filter(main -> main.edge() == edge)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldCutOffWhoDoesNotFinishItsRequest(Component edge) {
        var url = sluice.url(edge);
        var before = Limits.hits(url, "handshake-time");
        var unfinished = new ArrayList<RawClient>();
        var listener = sluice.subscribe(protocol(edge), to("rooms.lobby"));
        try {
            Expect.started(listener);
            // Nothing at all; half a head; a head that grows for ever; the second one of a connection.
            unfinished.add(RawClient.connect(url));
            unfinished.add(RawClient.connect(url).send("GET /v1/stream HTTP/1.1\r\nHost: local"));
            var slow = RawClient.connect(url).send("GET /v1/stream HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
            unfinished.add(slow);
            trickle.scheduleAtFixedRate(() -> slow.send("x"), 0, 100, TimeUnit.MILLISECONDS);
            var second = RawClient.connect(url).send("GET /q/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
            second.readUntil("UP");
            unfinished.add(second.send("GET /v1/str"));
            // The preface of HTTP/2, and half a frame.
            unfinished.add(RawClient.connect(url).send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0"));
            unfinished.forEach(RawClient::awaitEnd);
            Expect.until(
                    "that all are counted", () -> Limits.hits(url, "handshake-time") >= before + unfinished.size());

            assertGoesOn(listener, edge);
        } finally {
            unfinished.forEach(RawClient::close);
            listener.close();
        }
    }

    private void assertGoesOn(Connection listener, Component edge) {
        sluice.producer().text("rooms.lobby", "for who was in time " + edge);
        Expect.eventWith(listener, "for who was in time " + edge);
        assertThat(listener.ended()).isEmpty();
    }

    /** Where a body is read: acknowledgements, tickets, calls. */
    @ParameterizedTest
    @EnumSource(names = {"SSE_EDGE", "GRPC_EDGE"})
    void shouldCutOffWhoDoesNotFinishTheBody(Component edge) {
        var url = sluice.url(edge);
        var before = Limits.hits(url, "handshake-time");
        var head = edge == Component.SSE_EDGE
                ? "POST /v1/acks HTTP/1.1\r\nContent-Type: application/json\r\n"
                : "POST /sluice.v1.NotificationService/StreamUpdates HTTP/1.1\r\nContent-Type: application/grpc-web\r\n";
        try (var client = RawClient.connect(url)) {
            client.send(head + "Host: localhost\r\nAuthorization: Bearer " + sluice.token("alice")
                    + "\r\nContent-Length: 1000\r\n\r\n");
            trickle.scheduleAtFixedRate(() -> client.send("\0"), 0, 100, TimeUnit.MILLISECONDS);
            client.awaitEnd();
        }
        Expect.until("that it is counted", () -> Limits.hits(url, "handshake-time") >= before + 1);
    }
}
