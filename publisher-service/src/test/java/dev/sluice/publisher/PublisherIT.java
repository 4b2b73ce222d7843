package dev.sluice.publisher;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.sluice.local.Surroundings;
import dev.sluice.local.quarkus.Around;
import dev.sluice.local.quarkus.AroundTheService;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service as Quarkus runs it, with real Kafka and real tokens: what it takes, what it refuses, what it shows to its operators. */
@QuarkusTest
@SuppressWarnings("NullAway.Init") // Quarkus fills the fields
@QuarkusTestResource(AroundTheService.class)
class PublisherIT {
    private static final String PROBLEM = "application/problem+json";
    private static final String EVENTS = "/v1/channels/rooms.a/events";

    @Around
    Surroundings around;

    private RequestSpecification alice() {
        return given().auth().oauth2(around.token("alice"));
    }

    @BeforeEach
    void awaitReady() {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    @Test
    void shouldStoreAnEventAndCountIt() {
        alice().contentType("text/plain; charset=UTF-8")
                .body("hello")
                .post(EVENTS)
                .then()
                .statusCode(201)
                .body("channel", equalTo("rooms.a"))
                .body("cursor", notNullValue());
        given().get("/q/metrics").then().statusCode(200).body(containsString("sluice_publish"));
    }

    @Test
    void shouldRefuseWhoeverMayNot() {
        given().body("x")
                .post(EVENTS)
                .then()
                .statusCode(401)
                .contentType(PROBLEM)
                .header("WWW-Authenticate", startsWith("Bearer"));
        alice().contentType("text/plain; charset=UTF-8")
                .body("x")
                .post("/v1/channels/orders.a/events")
                .then()
                .statusCode(403)
                .body("field", equalTo("channel"));
        alice().contentType("application/json")
                .body("{\"user\":\"bob\"}")
                .post("/v1/revocations")
                .then()
                .statusCode(403)
                .contentType(PROBLEM);
    }

    @Test
    void shouldTakeBackTokensForOperators() {
        given().auth()
                .oauth2(around.token("oscar", "sluice-admin"))
                .body("{\"user\":\"mallory\"}")
                .post("/v1/revocations")
                .then()
                .statusCode(201)
                .body("user", equalTo("mallory"));
    }

    @Test
    void shouldRefuseABodyThatIsTooLarge() {
        alice().contentType("text/plain; charset=UTF-8")
                .body(new byte[256 * 1024 + 1])
                .post(EVENTS)
                .then()
                .statusCode(413)
                .contentType(PROBLEM)
                .body("reason", equalTo("too-large"));
    }

    @Test
    void shouldSayThatAPathIsNone() {
        alice().get(EVENTS).then().statusCode(405).contentType(PROBLEM);
        alice().get("/v1/nothing").then().statusCode(404).contentType(PROBLEM);
    }

    @Test
    void shouldDescribeItself() {
        given().accept("application/json")
                .get("/q/openapi")
                .then()
                .statusCode(200)
                .body("paths", hasKey("/v1/channels/{channel}/events"))
                .body("paths.'/v1/revocations'.post.operationId", equalTo("revoke"))
                .body("components.schemas", hasKey("Problem"));
    }
}
