package dev.sluice.ws;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.sluice.identity.http.Connections;
import dev.sluice.local.Surroundings;
import dev.sluice.local.quarkus.Around;
import dev.sluice.local.quarkus.AroundTheService;
import io.netty.channel.Channel;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The edge as Quarkus runs it, with real Kafka and real tokens: what it refuses and how, and what it shows to its operators. */
@QuarkusTest
@SuppressWarnings("NullAway.Init") // Quarkus fills the fields
@QuarkusTestResource(AroundTheService.class)
class WsEdgeIT {
    private static final String PROBLEM = "application/problem+json";
    private static final String PAGE = "https://app.example.com";

    @Around
    Surroundings around;

    @TestHTTPResource
    URI edge;

    @Inject
    Witness witness;

    @BeforeEach
    void awaitReady() {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    @AfterEach
    void awaitThatNobodyIsCounted() {
        Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> given().get("/q/metrics")
                .then()
                .body(not(matchesPattern("(?s).*\\nsluice_connections_active\\S* [1-9].*"))));
    }

    @Test
    void shouldRefuseWhoeverHasNoToken() {
        given().get("/v1/ws")
                .then()
                .statusCode(401)
                .contentType(PROBLEM)
                .header("WWW-Authenticate", startsWith("Bearer"))
                .body("reason", equalTo("unauthenticated"));
    }

    @Test
    void shouldRefuseWhatIsNoHandshake() {
        given().auth()
                .oauth2(around.token("alice"))
                .get("/v1/ws")
                .then()
                .statusCode(426)
                .contentType(PROBLEM);
        given().auth()
                .oauth2(around.token("alice"))
                .get("/v1/nothing")
                .then()
                .statusCode(404)
                .contentType(PROBLEM);
    }

    /** Both kinds of WebSocket on one port: that of clients, which is ours, and that of operators, of WebSockets Next. */
    @Test
    void shouldServeClientsAndOperators() {
        assertThat(first("/v1/ws?channel=rooms.a", "sluice.v1.json", around.token("alice")))
                .contains("\"op\":\"open\"");
        assertThat(first("/q/live", null, around.token("oscar", "sluice-admin")))
                .contains("\"service\":\"sluice-ws-edge\"");
    }

    @Test
    void shouldGiveTickets() {
        given().auth()
                .oauth2(around.token("alice"))
                .header("Origin", PAGE)
                .body("{\"for\":\"/v1/ws\"}")
                .post("/v1/tickets")
                .then()
                .statusCode(201)
                .header("Access-Control-Allow-Origin", PAGE)
                .body("ticket", notNullValue());
    }

    @Test
    void shouldDescribeItself() {
        given().accept("application/json")
                .get("/q/openapi")
                .then()
                .statusCode(200)
                .body("paths.'/v1/ws'.get.operationId", equalTo("connect"))
                .body("paths.'/v1/tickets'.post.operationId", equalTo("ticket"))
                .body("components.schemas", hasKey("Problem"));
    }

    @Test
    void shouldCountWhatItRefuses() {
        given().auth()
                .oauth2(around.token("alice"))
                .body("no JSON")
                .post("/v1/tickets")
                .then()
                .statusCode(400);
        given().get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("sluice_requests_refused_total{reason=\"malformed\"}"));
    }

    /** What is left of a handshake while its socket lasts. */
    @Test
    void shouldLetGoOfTheRequestAndOfTheCodecs() {
        var first = new CompletableFuture<String>();
        WebSocket socket = connect("/v1/ws?channel=rooms.kept", "sluice.v1.json", around.token("alice"), first);
        try {
            assertThat(first.orTimeout(1, TimeUnit.MINUTES).join()).contains("\"op\":\"open\"");
            Witness.Seen kept = witness.of("channel=rooms.kept");
            assertThat(kept.channel().pipeline().toMap().values())
                    .extracting(handler -> handler.getClass().getSimpleName())
                    .containsExactly(
                            "SocketOutlet",
                            "WebSocket13FrameDecoder",
                            "ReservedBits",
                            "Closing",
                            "Inbox",
                            "VertxHandler");
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> {
                System.gc();
                return kept.context().get() == null;
            });
            assertThat(kept.channel().isOpen()).isTrue();
        } finally {
            socket.abort();
        }
    }

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

    private String first(String path, @Nullable String subprotocol, String token) {
        var first = new CompletableFuture<String>();
        WebSocket socket = connect(path, subprotocol, token, first);
        try {
            return first.orTimeout(1, TimeUnit.MINUTES).join();
        } finally {
            socket.abort();
        }
    }

    private WebSocket connect(
            String path, @Nullable String subprotocol, String token, CompletableFuture<String> first) {
        var builder = HttpClient.newHttpClient().newWebSocketBuilder().header("Authorization", "Bearer " + token);
        if (subprotocol != null) {
            builder.subprotocols(subprotocol);
        }
        return builder.buildAsync(URI.create("ws://" + edge.getAuthority() + path), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                        first.complete(text.toString());
                        from.request(1);
                        return CompletableFuture.completedFuture(null);
                    }
                })
                .join();
    }
}
