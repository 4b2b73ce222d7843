package dev.sluice.sse;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.edge.transport.ChannelOutlet;
import dev.sluice.identity.http.Connections;
import dev.sluice.local.Surroundings;
import dev.sluice.local.quarkus.Around;
import dev.sluice.local.quarkus.AroundTheService;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.net.impl.VertxHandler;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is left of a request while its stream lasts. */
@QuarkusTest
@SuppressWarnings("NullAway.Init") // Quarkus fills the fields
@QuarkusTestResource(AroundTheService.class)
class StreamConnectionIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Remembers each request by its query, without holding it. */
    @Singleton
    static class Witness {
        private record Seen(WeakReference<RoutingContext> context, Channel channel) {}

        private final Map<String, Seen> seen = new ConcurrentHashMap<>();

        void register(@Observes Filters filters) {
            filters.register(this::see, 10_000);
        }

        private void see(RoutingContext context) {
            seen.put(
                    String.valueOf(context.request().query()),
                    new Seen(new WeakReference<>(context), Connections.channel(context.request())));
            context.next();
        }

        Seen of(String query) {
            return Objects.requireNonNull(seen.get(query), "no such request was seen");
        }
    }

    @Around
    Surroundings around;

    @TestHTTPResource("/")
    URI edge;

    @Inject
    Witness witness;

    @BeforeEach
    void awaitReady() {
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    @Test
    void shouldLetGoOfTheRequestAndOfTheCodecs() throws IOException {
        try (var socket = connect(head("/v1/stream?channel=rooms.kept"))) {
            String head = readTo(socket, "\r\n\r\n");
            assertThat(head).startsWith("HTTP/1.1 200 ").containsIgnoringCase("connection: close");
            Witness.Seen kept = witness.of("channel=rooms.kept");

            Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                            kept.channel().pipeline().toMap().values())
                    .hasSize(2)
                    .satisfiesExactly(
                            first -> assertThat(first).isInstanceOf(ChannelOutlet.class),
                            second -> assertThat(second).isInstanceOf(VertxHandler.class)));
            Awaitility.await().atMost(PATIENCE).until(() -> {
                System.gc();
                return kept.context().get() == null;
            });
            // It goes on all the same.
            assertThat(readTo(socket, "\n\n")).contains("id:");
        }
    }

    @Test
    void shouldCutOffWhoSendsOn() throws IOException {
        try (var socket = connect(head("/v1/stream?channel=rooms.flood"))) {
            readTo(socket, "\r\n\r\n");
            socket.getOutputStream().write(new byte[128 * 1024]);
            Channel flooded = witness.of("channel=rooms.flood").channel();
            Awaitility.await().atMost(PATIENCE).until(() -> !flooded.isOpen());
        }
    }

    /** A request that waits behind it already has a right to its answer. */
    @Test
    void shouldLeaveTheConnectionToVertxWhereARequestWaits() throws IOException {
        String stream = head("/v1/stream?channel=rooms.first");
        try (var socket = connect(head("/v1/poll?channel=rooms.first&wait=1") + stream + head("/q/health/live"))) {
            assertThat(readTo(socket, "\"events\":[")).startsWith("HTTP/1.1 200 ");
            assertThat(readTo(socket, "text/event-stream")).doesNotContainIgnoringCase("connection:");
            assertThat(readTo(socket, "\r\n\r\n")).doesNotContainIgnoringCase("connection:");
            readTo(socket, "\n\n");
            assertThat(witness.of("channel=rooms.first").channel().pipeline().get(HttpRequestDecoder.class))
                    .isNotNull();
        }
    }

    private String head(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + around.token("alice")
                + "\r\n\r\n";
    }

    private Socket connect(String requests) throws IOException {
        var socket = new Socket(edge.getHost(), edge.getPort());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String readTo(Socket socket, String end) throws IOException {
        InputStream in = socket.getInputStream();
        var read = new StringBuilder();
        while (read.indexOf(end) < 0) {
            int next = in.read();
            assertThat(next).as("it goes on after %s", read).isNotNegative();
            read.append((char) next);
        }
        return read.toString();
    }
}
