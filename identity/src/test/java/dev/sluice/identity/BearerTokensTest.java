package dev.sluice.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokensTest {

    private static String token(String payload) {
        return "e30."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(payload.getBytes(StandardCharsets.UTF_8))
                + ".sig";
    }

    @Test
    void shouldSayThatThereIsNone() {
        assertThat(BearerTokens.problem("Authorization", null))
                .isEqualTo(new Problem(Reason.UNAUTHENTICATED, "Authorization", "a bearer token is needed here"));
    }

    @Test
    void shouldSayWhenItHasExpired() {
        Problem problem = BearerTokens.problem("token", token("{\"exp\":1000000000}"));

        assertThat(problem.reason()).isEqualTo(Reason.TOKEN_EXPIRED);
        assertThat(problem.field()).isEqualTo("token");
        assertThat(problem.detail()).contains("2001-09-09T01:46:40Z");
    }

    /** Before it is verified, because verifiers calculate with these, and not all numbers can be calculated with. */
    @ParameterizedTest
    @ValueSource(strings = {"exp", "nbf", "iat", "auth_time"})
    void shouldRefuseATimeThatIsNone(String claim) {
        for (String none : new String[] {"\"soon\"", "true", "{}", "[1]", "1e400", "9223372036854775808", "-1e30"}) {
            var refusal = BearerTokens.timeProblem("token", token("{\"" + claim + "\":" + none + "}"));
            assertThat(refusal).as(none).hasValueSatisfying(problem -> assertThat(problem.detail())
                    .startsWith("the token's " + claim + " is no time"));
        }
        for (String time :
                new String[] {"0", "-1", "1.5", "1700000000", "9223372036854775807", "-9223372036854775808", "null"}) {
            assertThat(BearerTokens.timeProblem("token", token("{\"" + claim + "\":" + time + "}")))
                    .as(time)
                    .isEmpty();
        }
    }

    @Test
    void shouldTakeATimeBeforeAllTimesForExpired() {
        Problem problem = BearerTokens.problem("token", token("{\"exp\":-9223372036854775808}"));
        assertThat(problem.reason()).isEqualTo(Reason.TOKEN_EXPIRED);
        assertThat(problem.detail()).endsWith("1970-01-01T00:00:00Z");
    }

    /** Bits that belong to no byte may be anything to most decoders: the same token in another text. */
    @Test
    void shouldKnowATokenInItsOneFormOnly() {
        assertThat(BearerTokens.claims("e30.e30.AA")).isPresent();
        assertThat(BearerTokens.claims("e30.e30.AB")).isEmpty();
        assertThat(BearerTokens.claims("e31.e30.AA")).isEmpty();
        assertThat(BearerTokens.claims("e30.e31.AA")).isEmpty();
        assertThat(BearerTokens.claims("e30.e30.AA==")).isEmpty();
    }

    /** Each for its own reason, so that who has the token knows whom to ask. */
    @Test
    void shouldSayWhatTheVerifierWasNotContentWith() throws Exception {
        var now = NumericDate.now();
        var claims = claims(now);
        claims.setNotBefore(NumericDate.fromSeconds(now.getValue() + 30));
        assertThat(refusal(claims, KEY).detail()).contains("not valid before", "nbf");

        claims = claims(now);
        claims.setExpirationTime(NumericDate.fromSeconds(now.getValue() - 30));
        assertThat(refusal(claims, KEY).reason()).isEqualTo(Reason.TOKEN_EXPIRED);

        claims = claims(now);
        claims.setAudience("others");
        assertThat(refusal(claims, KEY).detail()).contains("audience (aud)");

        claims = claims(now);
        claims.setIssuer("others");
        assertThat(refusal(claims, KEY).detail()).contains("issuer (iss)");

        assertThat(refusal(claims(now), new HmacKey(new byte[32])).detail()).contains("signature");
    }

    private static final HmacKey KEY =
            new HmacKey("a key of thirty-two bytes, or more".getBytes(StandardCharsets.UTF_8));

    private static JwtClaims claims(NumericDate now) {
        var claims = new JwtClaims();
        claims.setIssuer("us");
        claims.setAudience("sluice");
        claims.setExpirationTime(NumericDate.fromSeconds(now.getValue() + 600));
        return claims;
    }

    private static Problem refusal(JwtClaims claims, HmacKey key) throws JoseException {
        var jws = new JsonWebSignature();
        jws.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        jws.setKey(key);
        jws.setPayload(claims.toJson());
        String token = jws.getCompactSerialization();
        var verifier = new JwtConsumerBuilder()
                .setVerificationKey(KEY)
                .setRequireExpirationTime()
                .setExpectedIssuer("us")
                .setExpectedAudience("sluice")
                .build();
        var invalid = catchThrowableOfType(InvalidJwtException.class, () -> verifier.processToClaims(token));
        return BearerTokens.problem("token", token, invalid);
    }

    /** Anybody can send these; none may end in anything but a refusal. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "",
                "5",
                "null",
                "[]",
                "{",
                "{\"exp\":\"soon\"}",
                "{\"exp\":99999999999}",
                "{\"exp\":9223372036854775807}",
                "{\"exp\":1e400}"
            })
    void shouldSayThatItIsNotAcceptedWhateverItHolds(String payload) {
        assertThat(BearerTokens.problem("token", token(payload)).reason()).isEqualTo(Reason.UNAUTHENTICATED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "a.b", "a.b.c", "a.%%.c", "a.b.c.d", "..", "a..c"})
    void shouldSayThatItIsGarbled(String token) {
        Problem problem = BearerTokens.problem("token", token);

        assertThat(problem.reason()).isEqualTo(Reason.UNAUTHENTICATED);
        assertThat(problem.detail()).startsWith("the token is garbled");
    }
}
