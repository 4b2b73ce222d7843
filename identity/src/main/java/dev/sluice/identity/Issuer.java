package dev.sluice.identity;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import io.quarkus.oidc.runtime.TenantConfigContext;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jboss.logging.Logger;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.lang.UnresolvableKeyException;

/** One issuer: whether it could be asked for its keys, and what its tokens are refused for. Safe on any thread. */
final class Issuer {
    private static final Logger LOG = Logger.getLogger(Issuer.class);
    /** An issuer that is not there is asked no more often, however many tokens come. */
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);

    private final String name;
    private final TenantConfigContext tenant;
    private final List<String> audience;
    private final Uni<TenantConfigContext> connecting;
    private volatile long awayUntil = System.nanoTime();

    /**
     * @param audience what an access token has to have one of
     * @param timeout how long anybody waits for it
     */
    Issuer(String name, TenantConfigContext tenant, List<String> audience, Duration timeout) {
        this.audience = audience;
        this.name = name;
        this.tenant = tenant;
        this.connecting = Uni.createFrom()
                .deferred(tenant::initialize)
                .memoize()
                .atLeast(BETWEEN_ATTEMPTS)
                .ifNoItem()
                .after(timeout)
                .fail();
    }

    /** By which Quarkus knows it. */
    String name() {
        return name;
    }

    /** What its tokens have in {@code iss}; empty as long as it has neither been configured nor asked. */
    Optional<String> id() {
        return tenant.oidcConfig().token().issuer().or(() -> Optional.ofNullable(tenant.getOidcMetadata())
                .map(metadata -> metadata.getIssuer()));
    }

    /** Is there when its keys are; one that was away when this service started is asked again, by one request for all. */
    Uni<Issuer> connected() {
        return tenant.ready() ? Uni.createFrom().item(this) : connecting.replaceWith(this);
    }

    /** Why a verified token is no access token for this system; empty when it is one. */
    Optional<Problem> audienceProblem(SecurityIdentity identity, String field) {
        boolean meant = identity.getPrincipal() instanceof JsonWebToken token
                && token.getAudience() != null
                && token.getAudience().stream().anyMatch(audience::contains);
        return meant ? Optional.empty() : Optional.of(otherAudience(field));
    }

    private static Problem otherAudience(String field) {
        return new Problem(Reason.UNAUTHENTICATED, field, "the token's audience (aud) does not name this system");
    }

    /** Its signature, issuer, and expiry; fails as Quarkus does. A key that is not known is asked for. */
    Uni<Void> verifyLogout(String token) {
        return Uni.createFrom().deferred(() -> {
            try {
                tenant.provider().verifyLogoutJwtToken(token);
                return Uni.createFrom().voidItem();
            } catch (InvalidJwtException invalid) {
                return invalid.getCause() instanceof UnresolvableKeyException
                        ? tenant.provider()
                                .refreshJwksAndVerifyJwtToken(token, false, false, null)
                                .replaceWithVoid()
                                .onFailure(InvalidJwtException.class)
                                .transform(AuthenticationFailedException::new)
                        : Uni.createFrom().failure(new AuthenticationFailedException(invalid));
            }
        });
    }

    /**
     * Why a token of this issuer was not taken.
     *
     * @param field where the token stood
     */
    Problem refusal(Throwable failure, String field, String token) {
        if (failure.getCause() instanceof InvalidJwtException invalid) {
            return refusal(invalid, field, token);
        }
        if (failure instanceof AuthenticationFailedException && failure.getCause() == null) {
            return BearerTokens.problem(field, token);
        }
        return away(failure);
    }

    /** Notes that it did not answer. */
    Problem away(Throwable failure) {
        LOG.warnf(
                "An issuer does not answer: issuer=%s error=%s",
                name, failure.getCause() == null ? failure : failure.getCause());
        // Until then the keys are not asked for again, so that nobody can tell whether there is a new one.
        awayUntil = System.nanoTime()
                + tenant.oidcConfig().token().forcedJwkRefreshInterval().toNanos();
        return unavailable();
    }

    private Problem refusal(InvalidJwtException invalid, String field, String token) {
        if (invalid.getCause() instanceof UnresolvableKeyException) {
            return awayUntil - System.nanoTime() > 0
                    ? unavailable()
                    : new Problem(
                            Reason.UNAUTHENTICATED,
                            field,
                            "the token is signed with a key that its issuer does not publish");
        }
        return BearerTokens.problem(field, token, invalid);
    }

    /** Not the token's fault, as far as can be told. */
    static Problem unavailable() {
        return Problem.of(Reason.UNAVAILABLE, "the issuer of the token does not answer; try again");
    }
}
