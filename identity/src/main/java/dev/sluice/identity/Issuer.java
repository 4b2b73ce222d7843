package dev.sluice.identity;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import io.quarkus.oidc.runtime.TenantConfigContext;
import io.quarkus.security.AuthenticationFailedException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.lang.UnresolvableKeyException;

/** One issuer: whether it could be asked for its keys, and what its tokens are refused for. Safe on any thread. */
final class Issuer {
    private static final Logger LOG = Logger.getLogger(Issuer.class);
    /** An issuer that is not there is asked no more often, however many tokens come. */
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);

    private final String name;
    private final TenantConfigContext tenant;
    private final Uni<TenantConfigContext> connecting;
    private volatile long awayUntil = System.nanoTime();

    /** @param timeout how long anybody waits for it */
    Issuer(String name, TenantConfigContext tenant, Duration timeout) {
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
        if (invalid.hasErrorCode(ErrorCodes.AUDIENCE_INVALID) || invalid.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
            return new Problem(Reason.UNAUTHENTICATED, field, "the token's audience (aud) does not name this system");
        }
        return BearerTokens.problem(field, token);
    }

    /** Not the token's fault, as far as can be told. */
    static Problem unavailable() {
        return Problem.of(Reason.UNAVAILABLE, "the issuer of the token does not answer; try again");
    }
}
