package dev.sluice.publisher;

import static dev.sluice.publisher.HttpPublishingIT.assertRefused;
import static dev.sluice.publisher.PublisherStack.ALICE;
import static dev.sluice.publisher.PublisherStack.STACK;
import static dev.sluice.publisher.PublisherStack.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.identity.TokenRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokensIT {
    private static final String PATH = "/v1/channels/rooms.tokens/events";

    @Test
    void shouldRefuseWhoeverHasNoGoodToken() {
        var identity = STACK.identity();
        var user = TokenRequest.of("alice");
        for (String token : List.of(
                "",
                "garbled",
                "a.b.c",
                ALICE.substring(0, ALICE.length() - 4) + "AAAA",
                identity.mint(user.issuer("elsewhere")),
                identity.mint(user.signedBy("elsewhere")),
                identity.mint(user.audience("others")))) {
            var answer = post(PATH, token, "x");
            assertRefused(answer, 401, "Authorization");
            assertThat(PublisherStack.json(answer).get("reason").asText()).isEqualTo("unauthenticated");
            assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
                    .startsWith("Bearer");
        }
    }

    @Test
    void shouldSayThatATokenHasExpired() {
        var answer = post(PATH, STACK.identity().mint(TokenRequest.of("alice").expired()), "x");
        assertRefused(answer, 401, "Authorization");
        assertThat(PublisherStack.json(answer).get("reason").asText()).isEqualTo("token-expired");
    }

    /** Numbers that fit a long and are no time that Java knows; what is beyond all times is for ever. */
    @Test
    void shouldTakeOrRefuseATokenWhateverItsTimes() {
        var identity = STACK.identity();
        for (String claim : List.of("exp", "nbf", "iat", "auth_time")) {
            for (Object time :
                    List.of(Long.MAX_VALUE, Long.MIN_VALUE, 253402300799L, 253402300800L, 31556889864403200L, "soon")) {
                var answer = post(
                        PATH,
                        identity.mint(TokenRequest.of("alice").role("publisher").claim(claim, time)),
                        "x");
                assertThat(answer.statusCode()).as(claim + " " + time).isIn(201, 401);
            }
        }
        var never = identity.mint(TokenRequest.of("alice").role("publisher").claim("exp", Long.MAX_VALUE));
        assertThat(post(PATH, never, "x").statusCode()).isEqualTo(201);
    }

    @Test
    void shouldSayWhyATokenIsRefused() {
        var identity = STACK.identity();
        var user = TokenRequest.of("alice");
        long soon = java.time.Instant.now().getEpochSecond() + 300;
        Map.of(
                        identity.mint(user.claim("nbf", soon)),
                        "not valid before",
                        identity.mint(user.issuer("elsewhere")),
                        "issuer (iss)",
                        identity.mint(user.audience("others")),
                        "audience (aud)",
                        identity.mint(user.signedBy("elsewhere")),
                        "key",
                        identity.mint(user.claim("iat", "soon")),
                        "iat is no time",
                        "garbled",
                        "the token is garbled")
                .forEach((token, why) -> assertThat(PublisherStack.json(post(PATH, token, "x"))
                                .get("detail")
                                .asText())
                        .contains(why));
    }

    @Test
    void shouldRefuseATokenInTheUrl() {
        assertRefused(post(PATH + "?access_token=" + ALICE, "", "x"), 400, "access_token");
        assertRefused(post(PATH + "?access_token=" + ALICE, ALICE, "x"), 400, "access_token");
    }

    @Test
    void shouldGrantWhatTheTokenItselfSays() {
        var token =
                STACK.identity().mint(TokenRequest.of("carol").claim("sluice", Map.of("publish", List.of("orders.*"))));
        assertThat(post("/v1/channels/orders.carol/events", token, "x").statusCode())
                .isEqualTo(201);
        assertRefused(post("/v1/channels/invoices.carol/events", token, "x"), 403, "channel");
    }

    @Test
    void shouldRefuseAClaimThatCannotBeUnderstood() {
        var token = STACK.identity()
                .mint(TokenRequest.of("carol").claim("sluice", Map.of("publish", List.of("orders.**.x"))));
        assertRefused(post("/v1/channels/rooms.carol/events", token, "x"), 403, "sluice.publish[0]");
    }
}
