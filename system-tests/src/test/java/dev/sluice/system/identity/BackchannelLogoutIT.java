package dev.sluice.system.identity;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.http.Answer;
import dev.sluice.client.http.Http;
import dev.sluice.local.Component;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an issuer tells of sign-outs; {@link KeycloakIT} has a real one do it. */
@Tag("full")
@ExtendWith(SharedSluice.class)
class BackchannelLogoutIT {
    private static final String LOGOUT = "http://schemas.openid.net/event/backchannel-logout";

    private final Sluice sluice;

    BackchannelLogoutIT(Sluice sluice) {
        this.sluice = sluice;
    }

    /** Of a client that signs users in for this system. */
    private static TokenRequest logoutOf(String user) {
        return TokenRequest.of(user).audience(SharedSluice.WEB_APP).claim("events", Map.of(LOGOUT, Map.of()));
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "WEBSOCKET", "GRPC"})
    void shouldEndWhatASessionGotAndNoOther(Protocol protocol) {
        var user = Sluice.unique("mallory");
        var channel = Sluice.unique("rooms.logout");
        var here = sluice.mint(TokenRequest.of(user).claim("sid", user + "-1"));
        var there = sluice.mint(TokenRequest.of(user).claim("sid", user + "-2"));
        try (var ended = sluice.subscribe(protocol, here, to(channel));
                var another = sluice.subscribe(protocol, there, to(channel))) {
            Stream.of(ended, another).forEach(Expect::started);

            var answer = logout(sluice.mint(logoutOf(user).claim("sid", user + "-1")));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
            Expect.end(ended);
            assertThat(ended.controls("close").get(0).members().path("reason").asText())
                    .isEqualTo("revoked");
            sluice.producer().text(channel, "after");
            Expect.eventWith(another, "after");
        }
    }

    @Test
    void shouldEndAllThatAUserHadAndNothingLaterHoweverOftenItIsSent() {
        var user = Sluice.unique("mallory");
        var token = sluice.token(user);
        var said = sluice.mint(logoutOf(user));

        assertThat(logout(said).status()).isEqualTo(200);

        Expect.until(
                "that it is known", () -> Door.PUBLISHER.reason(sluice, token).equals("revoked"));
        var fresh = Expect.eventually("that a new token is good", () -> Stream.of(sluice.token(user))
                .filter(issued -> Door.PUBLISHER.refusal(sluice, issued).isEmpty())
                .findFirst());
        assertThat(logout(said).status()).isEqualTo(200);
        var canary = sluice.mint(TokenRequest.of(user + "-canary").claim("sid", user + "-canary"));
        assertThat(logout(sluice.mint(logoutOf(user + "-canary").claim("sid", user + "-canary")))
                        .status())
                .isEqualTo(200);
        Expect.until(
                "that what came before is known too",
                () -> Door.PUBLISHER.reason(sluice, canary).equals("revoked"));
        assertThat(Door.PUBLISHER.refusal(sluice, fresh)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void shouldNotTakeItsTokensForAccessTokens(Door door) {
        var both = sluice.mint(logoutOf("mallory").audience(SharedSluice.WEB_APP, TokenRequest.AUDIENCE));
        var ofTheClient = sluice.mint(TokenRequest.of("mallory").audience(SharedSluice.WEB_APP));

        assertThat(door.refusal(sluice, both)).hasValueSatisfying(refusal -> {
            assertThat(refusal.reason()).isEqualTo("unauthenticated");
            assertThat(refusal.detail()).contains("no access token");
        });
        assertThat(door.refusal(sluice, ofTheClient)).hasValueSatisfying(refusal -> {
            assertThat(refusal.reason()).isEqualTo("unauthenticated");
            assertThat(refusal.detail()).contains("aud");
        });
    }

    private enum Bad {
        GARBLED("garbled") {
            @Override
            String token(Sluice sluice) {
                return "nonsense";
            }
        },
        EMPTY("needed") {
            @Override
            String token(Sluice sluice) {
                return "";
            }
        },
        ACCESS_TOKEN("events") {
            @Override
            String token(Sluice sluice) {
                return sluice.token("mallory");
            }
        },
        OTHER_EVENT("events") {
            @Override
            String token(Sluice sluice) {
                return sluice.mint(logoutOf("mallory").claim("events", Map.of("https://example.com/other", Map.of())));
            }
        },
        WITH_NONCE("nonce") {
            @Override
            String token(Sluice sluice) {
                return sluice.mint(logoutOf("mallory").claim("nonce", "n"));
            }
        },
        OF_ANOTHER_CLIENT("aud") {
            @Override
            String token(Sluice sluice) {
                return sluice.mint(logoutOf("mallory").audience(TokenRequest.AUDIENCE));
            }
        },
        OF_A_STRANGE_CLIENT("aud") {
            @Override
            String token(Sluice sluice) {
                return sluice.mint(logoutOf("mallory").audience("stranger"));
            }
        },
        OF_ANOTHER_ISSUER("issuer") {
            @Override
            String token(Sluice sluice) {
                return sluice.mint(logoutOf("mallory").issuer("stranger"));
            }
        },
        OF_ANOTHER_KEY("key") {
            @Override
            String token(Sluice sluice) {
                return sluice.mint(logoutOf("mallory").signedBy("stranger"));
            }
        },
        ISSUED_AFTER_ALL_TIMES("claim") {
            @Override
            String token(Sluice sluice) {
                return sluice.mint(logoutOf("mallory").claim("iat", Long.MAX_VALUE));
            }
        },
        EXPIRES_BEFORE_ALL_TIMES("expired") {
            @Override
            String token(Sluice sluice) {
                return sluice.mint(logoutOf("mallory").claim("exp", Long.MIN_VALUE));
            }
        },
        EXPIRED("expired") {
            @Override
            String token(Sluice sluice) {
                return sluice.mint(logoutOf("mallory").expired());
            }
        };

        private final String why;

        Bad(String why) {
            this.why = why;
        }

        abstract String token(Sluice sluice);
    }

    @ParameterizedTest
    @EnumSource
    void shouldSayWhatIsWrongWithAToken(Bad bad) {
        var token = sluice.token("mallory");

        var answer = logout(bad.token(sluice));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.refusal().field()).isEqualTo("logout_token");
        assertThat(answer.refusal().detail()).contains(bad.why);
        assertThat(Door.PUBLISHER.refusal(sluice, token)).isEmpty();
    }

    @Test
    void shouldSayThatTheParameterIsMissing() {
        var answer = Http.send(form("token=x"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.refusal().field()).isEqualTo("logout_token");
    }

    private Answer logout(String token) {
        return Http.send(form("logout_token=" + URLEncoder.encode(token, StandardCharsets.UTF_8)));
    }

    private HttpRequest.Builder form(String body) {
        URI uri = sluice.url(Component.PUBLISHER).resolve("/v1/backchannel-logout");
        return HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body));
    }
}
