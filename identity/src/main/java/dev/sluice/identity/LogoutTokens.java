package dev.sluice.identity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.revocation.Revocation;
import dev.sluice.contract.time.Times;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Logout tokens, by which an issuer tells that a user has signed out (OpenID Connect Back-Channel Logout 1.0, sections 2.4 and 2.6). Safe
 * on any thread, never blocks.
 */
@Singleton
public class LogoutTokens {
    /** The claim that only such a token has. */
    static final String EVENTS = "events";

    private static final String FIELD = "logout_token";
    private static final String LOGOUT = "http://schemas.openid.net/event/backchannel-logout";

    private final Issuers issuers;
    private final List<String> audience;
    private final Duration clockSkew;

    LogoutTokens(Issuers issuers, RevocationsConfig config, AuthConfig auth) {
        this.clockSkew = auth.clockSkew();
        this.issuers = issuers;
        this.audience = config.logoutAudience().orElse(List.of());
    }

    /**
     * What the token takes back: what its session got ({@code sid}), else all that its user ({@code sub}) had got when it was issued. That
     * is the same however often it is sent, so that a repeat does no harm.
     *
     * @return fails with {@code Rejected}; on any thread
     */
    public Uni<Revocation> read(@Nullable String token) {
        if (audience.isEmpty()) {
            return refused(Problem.of(
                    Reason.NOT_FOUND,
                    "there is no back-channel logout here: sluice.revocations.logout-audience is not set"));
        }
        if (token == null || token.isBlank()) {
            return refused(Problem.malformed(FIELD, "a logout token is needed here, as a parameter of a form"));
        }
        return issuers.verifyLogout(token, FIELD)
                .onFailure(Rejected.class)
                .transform(LogoutTokens::asInvalid)
                .chain(() -> {
                    try {
                        return Uni.createFrom()
                                .item(revocation(BearerTokens.claims(token).orElseThrow()));
                    } catch (Rejected refusal) {
                        return Uni.createFrom().failure(refusal);
                    }
                });
    }

    /** Nobody has to sign in here: a token that is not good is a bad request (section 2.8). */
    private static Throwable asInvalid(Throwable failure) {
        Problem problem = ((Rejected) failure).problem();
        return problem.reason() == Reason.UNAVAILABLE
                ? failure
                : Problem.malformed(FIELD, problem.detail()).rejected();
    }

    private Revocation revocation(JsonNode claims) throws Rejected {
        if (!claims.path(EVENTS).path(LOGOUT).isObject()) {
            throw Problem.malformed(FIELD, "this is no logout token: events does not name " + LOGOUT)
                    .rejected();
        }
        if (claims.has("nonce")) {
            throw Problem.malformed(FIELD, "a logout token has no nonce").rejected();
        }
        if (!claims.path("iat").canConvertToLong()) {
            throw Problem.malformed(FIELD, "a logout token says when it was issued (iat)")
                    .rejected();
        }
        JsonNode named = claims.path("aud");
        boolean meant = named.isArray()
                ? StreamSupport.stream(named.spliterator(), false)
                        .map(JsonNode::asText)
                        .anyMatch(audience::contains)
                : audience.contains(named.asText());
        if (!meant) {
            throw Problem.malformed(
                            FIELD, "the token's audience (aud) is not one of sluice.revocations.logout-audience")
                    .rejected();
        }
        String issuer = claims.path("iss").asText();
        Instant issued = Times.ofEpochSecond(claims.path("iat").longValue());
        if (issued.isAfter(Instant.now().plus(clockSkew))) {
            // It would take back what is signed for later, for as long as it says.
            throw Problem.malformed(FIELD, "the logout token is issued (iat) in the future")
                    .rejected();
        }
        if (claims.path("sid").isTextual()) {
            return new Revocation(
                    issuer, Revocation.Kind.SESSION, claims.path("sid").textValue(), issued);
        }
        if (claims.path("sub").isTextual()) {
            return new Revocation(
                    issuer, Revocation.Kind.USER, claims.path("sub").textValue(), issued);
        }
        throw Problem.malformed(FIELD, "a logout token names a session (sid) or a user (sub)")
                .rejected();
    }

    private static <T> Uni<T> refused(Problem problem) {
        return Uni.createFrom().failure(problem.rejected());
    }
}
