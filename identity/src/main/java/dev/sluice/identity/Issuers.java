package dev.sluice.identity;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import io.quarkus.oidc.TenantResolver;
import io.quarkus.oidc.runtime.OidcUtils;
import io.quarkus.oidc.runtime.TenantConfigBean;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * All issuers whose tokens are taken, and which of them a token says that it is of. A token of any other is refused here, and nobody is
 * asked about it. Safe on any thread, never blocks.
 *
 * <p>Quarkus can find the tenant by the issuer too, but gives one that was away at start a single second chance, goes by a segment of
 * the path when no issuer matches, and asks the first issuer for the keys of everybody's tokens.
 */
@Singleton
class Issuers implements TenantResolver {
    private static final Logger LOG = Logger.getLogger(Issuers.class);
    private static final String TENANT = Issuers.class.getName() + ".tenant";

    private final List<Issuer> all;
    private final AuthConfig config;

    Issuers(TenantConfigBean tenants, IssuerSettings settings, AuthConfig config) {
        this.config = config;
        this.all = Stream.concat(
                        Stream.of(tenants.getDefaultTenant()), tenants.getStaticTenantsConfig().values().stream())
                .filter(tenant -> tenant.oidcConfig().tenantEnabled())
                .map(tenant -> {
                    String name = tenant.oidcConfig().tenantId().orElse(OidcUtils.DEFAULT_TENANT_ID);
                    return new Issuer(name, tenant, settings.audience(name), config.issuerTimeout());
                })
                .toList();
    }

    /** The tenant of the request's token; never one that something else of the request names. */
    @Override
    public String resolve(RoutingContext context) {
        return Objects.requireNonNullElse(tenant(context), OidcUtils.DEFAULT_TENANT_ID);
    }

    /** Whose token came with it; null before it was verified. */
    static @Nullable String tenant(RoutingContext context) {
        return context.get(TENANT);
    }

    /** Tokens are of that one, and of no other. */
    static void note(String tenant, Map<String, Object> notes) {
        notes.put(TENANT, tenant);
    }

    /**
     * Has a token verified by the keys of the issuer that it names.
     *
     * @param field where the token stood
     * @param context of the request that brought it; or {@link Opened}'s, when it came later on the connection
     * @param verification by Quarkus, which finds the issuer through the context
     * @return who the token is of, or fails with {@code Rejected}, after twice {@code sluice.auth.issuer-timeout} at the latest; on the
     *     caller's event loop
     */
    Uni<SecurityIdentity> verify(
            String token,
            String field,
            RoutingContext context,
            Supplier<Uni<? extends SecurityIdentity>> verification) {
        return issuerOf(token, field)
                .chain(issuer -> verify(issuer, token, field, context, verification))
                .emitOn(onLoopOf(context));
    }

    private Uni<SecurityIdentity> verify(
            Issuer issuer,
            String token,
            String field,
            RoutingContext context,
            Supplier<Uni<? extends SecurityIdentity>> verification) {
        String noted = tenant(context);
        if (noted != null && !noted.equals(issuer.name())) {
            return refused(new Problem(Reason.FORBIDDEN, field, "this token is of another user"));
        }
        context.put(TENANT, issuer.name());
        return Uni.createFrom()
                .<SecurityIdentity>deferred(verification)
                .ifNoItem()
                .after(config.issuerTimeout())
                .fail()
                .onFailure()
                .transform(failure -> issuer.refusal(failure, field, token).rejected())
                .onItem()
                .transformToUni(identity -> issuer.audienceProblem(identity, field)
                        .map(Issuers::<SecurityIdentity>refused)
                        .orElseGet(() -> Uni.createFrom().item(identity)));
    }

    /**
     * Has a logout token verified by the keys of the issuer that it names: its signature, issuer and expiry, but neither what it is for
     * nor what it says.
     *
     * @param field where the token stood
     * @return fails with {@code Rejected}; on any thread
     */
    Uni<Void> verifyLogout(String token, String field) {
        return issuerOf(token, field).chain(issuer -> issuer.verifyLogout(token)
                .ifNoItem()
                .after(config.issuerTimeout())
                .fail()
                .onFailure()
                .transform(failure -> issuer.refusal(failure, field, token).rejected()));
    }

    /** Whose keys are asked, of a token that can be looked at at all. */
    private Uni<Issuer> issuerOf(String token, String field) {
        return BearerTokens.timeProblem(field, token)
                .map(Issuers::<Issuer>refused)
                .or(() -> BearerTokens.issuer(token).map(id -> issuer(id, field)))
                .orElseGet(() -> refused(BearerTokens.problem(field, token)));
    }

    /** An answer that others wait for too, or that did not come, is told on another thread. */
    private static Executor onLoopOf(RoutingContext request) {
        Context loop = request.vertx().getOrCreateContext();
        return task -> {
            if (Vertx.currentContext() == loop) {
                task.run();
            } else {
                loop.runOnContext(nothing -> task.run());
            }
        };
    }

    private Uni<Issuer> issuer(String id, String field) {
        Optional<Issuer> known = withId(id);
        if (known.isPresent()) {
            return known.get().connected().onFailure().transform(failure -> known.get()
                    .away(failure)
                    .rejected());
        }
        List<Issuer> unasked =
                all.stream().filter(issuer -> issuer.id().isEmpty()).toList();
        if (unasked.isEmpty()) {
            return refused(unknown(field));
        }
        return Uni.join()
                .all(unasked.stream().map(Issuer::connected).toList())
                .andCollectFailures()
                .onItemOrFailure()
                .transformToUni((connected, failure) -> {
                    if (failure != null) {
                        LOG.warnf("Not all issuers answer: error=%s", failure);
                    }
                    Problem otherwise = failure == null ? unknown(field) : Issuer.unavailable();
                    return withId(id)
                            .map(issuer -> Uni.createFrom().item(issuer))
                            .orElseGet(() -> refused(otherwise));
                });
    }

    private static Problem unknown(String field) {
        return new Problem(Reason.UNAUTHENTICATED, field, "the token's issuer (iss) is not accepted here");
    }

    private static <T> Uni<T> refused(Problem problem) {
        return Uni.createFrom().failure(problem.rejected());
    }

    private Optional<Issuer> withId(String id) {
        return all.stream()
                .filter(issuer -> issuer.id().filter(id::equals).isPresent())
                .findFirst();
    }
}
