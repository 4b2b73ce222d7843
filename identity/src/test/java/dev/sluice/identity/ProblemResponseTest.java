package dev.sluice.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.revocation.TokenRef;
import dev.sluice.identity.permission.Permissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemResponseTest {

    @Test
    void shouldHoldTheMembersOfAProblem() {
        assertThat(ProblemResponse.json(Problem.malformed("channel", "segment 2 of the channel is empty")))
                .hasToString(
                        "{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400,"
                                + "\"detail\":\"segment 2 of the channel is empty\",\"reason\":\"malformed\",\"field\":\"channel\"}");
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void shouldHaveATitleForEachReason(Reason reason) {
        var json = ProblemResponse.json(Problem.of(reason, "x"));

        assertThat(json.get("title").textValue()).isNotBlank().doesNotContain("Unknown");
        assertThat(json.has("field")).isFalse();
    }

    @Test
    void shouldSayWhenToComeBackWhereThatHelps() {
        assertThat(ProblemResponse.retryAfter(Reason.UNAVAILABLE)).isPositive();
        assertThat(ProblemResponse.retryAfter(Reason.LIMITED)).isPositive();
        assertThat(ProblemResponse.retryAfter(Reason.DRAINING)).isPositive();
        assertThat(ProblemResponse.retryAfter(Reason.MALFORMED)).isNull();
        assertThat(ProblemResponse.retryAfter(Reason.FORBIDDEN)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "application/grpc,true",
        "application/grpc+proto,true",
        "application/grpc; charset=utf-8,true",
        "APPLICATION/gRPC-Web-Text+proto,true",
        "application/grpc-web,true",
        "application/grpc+json,false",
        "application/grpc-web+thrift,false",
        "application/grpcx,false",
        "application/json,false",
        ",false"
    })
    void shouldKnowWhoIsToldByAStatus(String contentType, boolean call) {
        assertThat(ProblemResponse.isCall(contentType)).isEqualTo(call);
    }

    @Test
    void shouldTellUsersApartByIssuerAndSubject() {
        var alice = new Caller(new TokenRef("https://one", "alice", null, null, null), Permissions.NONE, null);

        assertThat(alice.isSameUser(new Caller(
                        new TokenRef("https://one", "alice", null, null, null),
                        Permissions.NONE,
                        java.time.Instant.EPOCH)))
                .isTrue();
        assertThat(alice.isSameUser(
                        new Caller(new TokenRef("https://two", "alice", null, null, null), Permissions.NONE, null)))
                .isFalse();
        assertThat(alice.isSameUser(
                        new Caller(new TokenRef("https://one", "bob", null, null, null), Permissions.NONE, null)))
                .isFalse();
        assertThat(new Caller(new TokenRef("i", "ann lee/ä", null, null, null), Permissions.NONE, null).source())
                .isEqualTo("/users/ann%20lee%2F%C3%A4");
    }
}
