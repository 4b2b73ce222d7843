package dev.sluice.grpc;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import dev.sluice.local.Surroundings;
import dev.sluice.local.quarkus.Around;
import dev.sluice.local.quarkus.AroundTheService;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The edge as Quarkus runs it, with real Kafka and real tokens: what it refuses and how, and what it shows to its operators. */
@QuarkusTest
@SuppressWarnings("NullAway.Init") // Quarkus fills the fields
@QuarkusTestResource(AroundTheService.class)
class GrpcEdgeIT {
    private static final String PROBLEM = "application/problem+json";
    private static final String CALL = "/sluice.v1.NotificationService/StreamUpdates";
    private static final String PAGE = "https://app.example.com";

    @Around
    Surroundings around;

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
    void shouldRefuseACallWithoutATokenInTheWayOfGrpcWeb() {
        given().header("Origin", PAGE)
                .contentType("application/grpc-web+proto")
                .body(new byte[] {0, 0, 0, 0, 0})
                .post(CALL)
                .then()
                .statusCode(200)
                .header("grpc-status", "16")
                .header("sluice-reason", "unauthenticated")
                .header("Access-Control-Allow-Origin", PAGE);
    }

    @Test
    void shouldNameWhatIsWrong() {
        given().auth()
                .oauth2(around.token("alice"))
                .contentType("application/grpc-web+proto")
                .body(new byte[] {0, 0, 0, 0, 0})
                .post(CALL)
                .then()
                .statusCode(200)
                .body(containsString("grpc-status: 3\r\n"))
                .body(containsString("sluice-field: channels\r\n"));
        given().auth()
                .oauth2(around.token("alice"))
                .get("/v1/nothing")
                .then()
                .statusCode(404)
                .contentType(PROBLEM);
    }

    @Test
    void shouldGiveTickets() {
        given().auth()
                .oauth2(around.token("alice"))
                .body("{\"for\":\"/v1/ws\"}")
                .post("/v1/tickets")
                .then()
                .statusCode(201);
        given().post("/v1/tickets").then().statusCode(401).contentType(PROBLEM);
    }

    @Test
    void shouldDescribeItself() {
        given().accept("application/json")
                .get("/q/openapi")
                .then()
                .statusCode(200)
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
}
