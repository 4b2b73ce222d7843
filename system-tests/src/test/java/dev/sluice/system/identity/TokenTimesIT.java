package dev.sluice.system.identity;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.identity.TokenRequest;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.observe.LogWatch;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What tokens say of time, and why they are refused, at every door. */
@Tag("full")
@ExtendWith(SharedSluice.class)
class TokenTimesIT {
    private static final String LATEST = "9999-12-31T23:59:59Z";

    private final Sluice sluice;

    TokenTimesIT(Sluice sluice) {
        this.sluice = sluice;
    }

    /** Numbers that fit a long and are no time that Java knows, and some that are none at all. */
    @ParameterizedTest
    @EnumSource
    void shouldTakeOrRefuseATokenWhateverItsTimes(Door door) {
        var log = LogWatch.on(Sluice.SERVICES.stream()
                .map(service -> sluice.stack().service(service))
                .toList());
        for (var claim : List.of("exp", "nbf", "iat", "auth_time")) {
            for (Object time : List.of(
                    Long.MAX_VALUE,
                    Long.MIN_VALUE,
                    31556889864403200L,
                    253402300799L,
                    253402300800L,
                    1e300,
                    "soon",
                    true)) {
                var refusal = door.refusal(
                        sluice, sluice.mint(TokenRequest.of("alice").claim(claim, time)));
                refusal.ifPresent(refused -> assertThat(refused.reason())
                        .as(claim + " " + time + ": " + refused)
                        .isIn("unauthenticated", "token-expired"));
                // Whoever's token never ends is let in.
                if (claim.equals("exp") && time.equals(Long.MAX_VALUE)) {
                    assertThat(refusal).as(claim + " " + time).isEmpty();
                }
            }
        }
        assertThat(log.bugs()).isEmpty();
    }

    /** RFC 3339 has years of four digits. */
    @ParameterizedTest
    @CsvSource({
        "SSE,       253402300799",
        "SSE,       9223372036854775807",
        "NDJSON,    253402300800",
        "WEBSOCKET, 253402300799",
        "WEBSOCKET, 9223372036854775807",
        "GRPC,      253402300799",
        "GRPC,      9223372036854775807",
    })
    void shouldTellNoTimeAfterTheYear9999(Protocol protocol, long expiry) {
        var token = sluice.mint(TokenRequest.of("alice").claim("exp", expiry));
        try (var connection = sluice.subscribe(protocol, token, to("rooms.times"))) {
            assertThat(Expect.control(connection, "open")
                            .members()
                            .path("tokenExpires")
                            .asText())
                    .isEqualTo(LATEST);
        }
    }

    /** Each for its own reason, so that who has the token knows whom to ask. */
    @ParameterizedTest
    @EnumSource
    void shouldSayWhyATokenIsRefused(Door door) {
        var alice = TokenRequest.of("alice");
        var good = sluice.token("alice");
        Map<String, String> refused = new LinkedHashMap<>();
        refused.put(
                "not valid before", sluice.mint(alice.claim("nbf", Instant.now().getEpochSecond() + 30)));
        refused.put("expired", sluice.mint(alice.expired()));
        refused.put("audience (aud)", sluice.mint(alice.audience("others")));
        refused.put("issuer (iss)", sluice.mint(alice.issuer("elsewhere")));
        refused.put("key", sluice.mint(alice.signedBy("elsewhere")));
        refused.put(
                "signature",
                good.substring(0, good.lastIndexOf('.') + 1) + "AAAA" + good.substring(good.lastIndexOf('.') + 5));
        refused.put("garbled", "x.y.z");
        refused.forEach(
                (why, token) -> assertThat(door.refusal(sluice, token)).as(why).hasValueSatisfying(refusal -> {
                    assertThat(refusal.reason()).isEqualTo(why.equals("expired") ? "token-expired" : "unauthenticated");
                    assertThat(refusal.detail()).contains(why).doesNotContain(token);
                    if (!why.equals("garbled")) {
                        assertThat(refusal.detail()).doesNotContain("garbled");
                    }
                }));
    }
}
