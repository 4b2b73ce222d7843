package dev.sluice.sse;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import dev.sluice.local.Surroundings;
import dev.sluice.local.quarkus.Around;
import dev.sluice.local.quarkus.AroundTheService;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The edge as Quarkus runs it, with real Kafka and real tokens: what it refuses and how, and what it shows to its operators. */
@QuarkusTest
@SuppressWarnings("NullAway.Init") // Quarkus fills the fields
@QuarkusTestResource(AroundTheService.class)
class SseEdgeIT {
    private static final String PROBLEM = "application/problem+json";
    private static final String PAGE = "https://app.example.com";

    @Around
    Surroundings around;

    @TestHTTPResource("/q/live")
    URI live;

    private RequestSpecification alice() {
        return given().auth().oauth2(around.token("alice"));
    }

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
        given().get("/v1/stream?channel=rooms.a")
                .then()
                .statusCode(401)
                .contentType(PROBLEM)
                .header("WWW-Authenticate", startsWith("Bearer"))
                .body("reason", equalTo("unauthenticated"));
        given().post("/v1/tickets").then().statusCode(401).contentType(PROBLEM);
    }

    @Test
    void shouldNameWhatIsWrong() {
        alice().get("/v1/stream?channel=orders.a").then().statusCode(403).body("field", equalTo("channel"));
        alice().get("/v1/poll?channel=rooms.a&wait=61")
                .then()
                .statusCode(400)
                .contentType(PROBLEM)
                .body("field", equalTo("wait"));
        alice().body("{\"for\":\"/v1/other\"}")
                .post("/v1/tickets")
                .then()
                .statusCode(400)
                .contentType(PROBLEM)
                .body("field", equalTo("for"));
        alice().body("{\"durable\":\"d\"}")
                .post("/v1/acks")
                .then()
                .statusCode(400)
                .contentType(PROBLEM)
                .body("field", equalTo("cursor"));
    }

    @Test
    void shouldRefuseABodyThatIsTooLarge() {
        alice().body(new byte[64 * 1024 + 1])
                .post("/v1/acks")
                .then()
                .statusCode(413)
                .contentType(PROBLEM)
                .body("reason", equalTo("too-large"));
    }

    @Test
    void shouldSayWhichMethodsAPathHas() {
        alice().get("/v1/tickets").then().statusCode(405).contentType(PROBLEM).header("Allow", containsString("POST"));
        alice().post("/v1/stream").then().statusCode(405).contentType(PROBLEM);
        alice().get("/v1/nothing").then().statusCode(404).contentType(PROBLEM);
    }

    @Test
    void shouldGiveATicketThatOpensAPoll() {
        String ticket = alice().body("{\"for\":\"/v1/poll\"}")
                .post("/v1/tickets")
                .then()
                .statusCode(201)
                .header("Cache-Control", "no-store")
                .body("for", equalTo("/v1/poll"))
                .extract()
                .path("ticket");

        given().queryParam("ticket", ticket)
                .queryParam("channel", "rooms.a")
                .get("/v1/poll?wait=0")
                .then()
                .statusCode(200)
                .body("$", hasKey("cursor"));
    }

    /** There is no publisher here. */
    @Test
    void shouldSayThatAPositionCannotBeKept() {
        String cursor = alice().get("/v1/poll?channel=rooms.a&wait=0").path("cursor");
        alice().body("{\"durable\":\"d\",\"cursor\":\"" + cursor + "\"}")
                .post("/v1/acks")
                .then()
                .statusCode(503)
                .contentType(PROBLEM)
                .header("Retry-After", "2");
        alice().delete("/v1/acks/d").then().statusCode(503).contentType(PROBLEM);
    }

    @Test
    void shouldLetPagesOfTheListIn() {
        given().header("Origin", PAGE)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization")
                .options("/v1/tickets")
                .then()
                .statusCode(204)
                .header("Access-Control-Allow-Origin", PAGE);
        given().header("Origin", PAGE)
                .post("/v1/tickets")
                .then()
                .statusCode(401)
                .header("Access-Control-Allow-Origin", PAGE);
        given().header("Origin", "https://elsewhere.example.com")
                .options("/v1/tickets")
                .then()
                .statusCode(403);
    }

    @Test
    void shouldDescribeItself() {
        given().accept("application/json")
                .get("/q/openapi")
                .then()
                .statusCode(200)
                .body("paths.'/v1/tickets'.post.operationId", equalTo("ticket"))
                .body("paths.'/v1/acks'.post.operationId", equalTo("acknowledge"))
                .body("paths.'/v1/acks/{durable}'.delete.operationId", equalTo("forget"))
                .body("paths.'/v1/stream'.get.operationId", equalTo("stream"))
                .body("paths.'/v1/poll'.get.operationId", equalTo("poll"))
                .body("components.schemas", hasKey("Problem"))
                .body("components.securitySchemes", hasKey("SecurityScheme"));
    }

    @Test
    void shouldCountWhatItRefuses() {
        alice().get("/v1/stream?channel=orders.a").then().statusCode(403);
        alice().body("no JSON").post("/v1/tickets").then().statusCode(400);
        given().get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("sluice_requests_refused_total{reason=\"forbidden\"}"))
                .body(containsString("sluice_requests_refused_total{reason=\"malformed\"}"));
    }

    @Test
    void shouldShowOperatorsWhatItDoes() {
        var first = new CompletableFuture<String>();
        WebSocket socket = watch(around.token("oscar", "sluice-admin"), first).join();

        assertThat(first.orTimeout(1, TimeUnit.MINUTES).join())
                .startsWith("{\"at\":\"")
                .contains("\"ready\":true", "\"rates\":{\"events\":");
        socket.abort();
    }

    @Test
    void shouldShowNobodyElse() {
        assertThat(watch(around.token("alice"), new CompletableFuture<>()))
                .failsWithin(Duration.ofMinutes(1))
                .withThrowableThat()
                .havingRootCause()
                .withMessageContaining("403");
    }

    private CompletableFuture<WebSocket> watch(String token, CompletableFuture<String> first) {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Authorization", "Bearer " + token)
                .buildAsync(URI.create("ws://" + live.getAuthority() + live.getPath()), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
                        first.complete(text.toString());
                        socket.request(1);
                        return CompletableFuture.completedFuture(null);
                    }
                });
    }
}
