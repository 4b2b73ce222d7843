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
