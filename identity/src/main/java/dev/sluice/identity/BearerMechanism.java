package dev.sluice.identity;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import io.quarkus.oidc.runtime.OidcAuthenticationMechanism;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.HttpCredentialTransport;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Quarkus OIDC's own mechanism, but for which issuer's keys a token is verified by, and for the answer to who has no valid token: that
 * one says in the way of the protocol what is wrong.
 */
@Alternative
@Priority(1)
@Singleton
class BearerMechanism implements HttpAuthenticationMechanism {
    private static final String FIELD = "Authorization";
    private static final String SCHEME = "bearer ";
    private static final String PROBLEM = BearerMechanism.class.getName() + ".problem";

    private final OidcAuthenticationMechanism oidc;
    private final Issuers issuers;

    BearerMechanism(OidcAuthenticationMechanism oidc, Issuers issuers) {
        this.oidc = oidc;
        this.issuers = issuers;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager identities) {
        String token = token(context.request());
        if (token == null) {
            return Uni.createFrom().nullItem();
        }
        return issuers.verify(token, FIELD, context, () -> oidc.authenticate(context, identities))
                .onFailure(Rejected.class)
                .transform(refusal -> {
                    context.put(PROBLEM, ((Rejected) refusal).problem());
                    return new AuthenticationFailedException(refusal);
                })
                // Who stands here is asked for the challenge, and OIDC has put itself.
                .onTermination()
                .invoke(() -> context.put(HttpAuthenticationMechanism.class.getName(), this));
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().item(new ChallengeData(401, "WWW-Authenticate", "Bearer"));
    }

    @Override
    public Uni<Boolean> sendChallenge(RoutingContext context) {
        Problem noted = context.get(PROBLEM);
        Problem problem = noted == null ? BearerTokens.problem(FIELD, token(context.request())) : noted;
        ProblemResponse.send(context, problem);
        // Whoever hears that it was sent ends the response, which is none any more where the refusal has a way of its
        // own.
        return ProblemResponse.hasOwnWay(context)
                ? Uni.createFrom().nothing()
                : Uni.createFrom().item(true);
    }

    private static @Nullable String token(HttpServerRequest request) {
        String header = request.getHeader("Authorization");
        return header != null && header.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                ? header.substring(SCHEME.length()).strip()
                : null;
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return oidc.getCredentialTypes();
    }

    @Override
    public Uni<HttpCredentialTransport> getCredentialTransport(RoutingContext context) {
        return oidc.getCredentialTransport(context);
    }

    @Override
    public int getPriority() {
        return oidc.getPriority() + 1;
    }
}
