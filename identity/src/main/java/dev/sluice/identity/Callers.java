package dev.sluice.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.revocation.TokenRef;
import dev.sluice.contract.time.Times;
import dev.sluice.identity.permission.PermissionRule;
import dev.sluice.identity.permission.Permissions;
import dev.sluice.identity.permission.SluiceClaim;
import io.quarkus.oidc.AccessTokenCredential;
import io.quarkus.runtime.Startup;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.TokenAuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.HttpSecurityUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/** Makes callers of verified tokens. Safe on any thread, never blocks. Bad rules keep the service from starting. */
@Singleton
@Startup
public class Callers {
    private static final String SESSION = "sid";

    private final List<PermissionRule> rules;
    private final IdentityProviderManager identities;
    private final Issuers issuers;
    private final Revocations revocations;
    private final Duration clockSkew;
    private final ObjectMapper json = new ObjectMapper();

    Callers(AuthConfig config, IdentityProviderManager identities, Issuers issuers, Revocations revocations) {
        this.identities = identities;
        this.issuers = issuers;
        this.revocations = revocations;
        this.clockSkew = config.clockSkew();
        this.rules = config.rules().entrySet().stream()
                .map(rule -> new PermissionRule(
                        "sluice.auth.rules." + rule.getKey(),
                        rule.getValue().role().orElse(null),
                        rule.getValue().subscribe().orElse(List.of()),
                        rule.getValue().publish().orElse(List.of())))
                .toList();
    }

    /** @throws Rejected when there is no verified token, it was revoked, or its {@code sluice} claim can't be understood */
    public Caller of(@Nullable SecurityIdentity identity) throws Rejected {
        if (identity == null || identity.isAnonymous() || !(identity.getPrincipal() instanceof JsonWebToken token)) {
            throw Problem.of(Reason.UNAUTHENTICATED, "a bearer token is needed here")
                    .rejected();
        }
        String subject = token.getSubject();
        if (subject == null || subject.isEmpty()) {
            throw new Problem(Reason.UNAUTHENTICATED, "sub", "the token names no subject").rejected();
        }
        if (token.getClaim(LogoutTokens.EVENTS) != null) {
            // Back-Channel Logout, section 4: what ends a session must not open one.
            throw new Problem(Reason.UNAUTHENTICATED, LogoutTokens.EVENTS, "this is no access token").rejected();
        }
        var ref = new TokenRef(
                String.valueOf(token.getIssuer()),
                subject,
                token.getTokenID(),
                text(token.getClaim(SESSION)).orElse(null),
                token.getIssuedAtTime() <= 0 ? null : Times.ofEpochSecond(token.getIssuedAtTime()));
        Optional<Problem> refusal = revocations.refusal(ref);
        if (refusal.isPresent()) {
            throw refusal.get().rejected();
        }
        Permissions permissions = claimed(token);
        for (PermissionRule rule : rules) {
            permissions = permissions.plus(rule.grant(identity.getRoles(), name -> text(token.getClaim(name))));
        }
        long expires = token.getExpirationTime();
        return new Caller(
                ref,
                permissions,
                expires <= 0 ? null : Times.within(Times.ofEpochSecond(expires).plus(clockSkew)));
    }

    /** Why the token of a caller is no longer taken; empty when it still is. Says nothing of its expiry. */
    public Optional<Problem> refusal(Caller caller) {
        return revocations.refusal(caller.token());
    }

    /** Verifies a token that came in band. Fails with {@code Rejected}. */
    public Uni<Caller> verify(String token, Opened connection) {
        RoutingContext context = connection.context();
        var request = new TokenAuthenticationRequest(new AccessTokenCredential(token));
        HttpSecurityUtils.setRoutingContextAttribute(request, context);
        return issuers.verify(token, "token", context, () -> identities.authenticate(request))
                .onItem()
                .transformToUni(identity -> {
                    try {
                        return Uni.createFrom().item(of(identity));
                    } catch (Rejected refusal) {
                        return Uni.createFrom().failure(refusal);
                    }
                });
    }

    private Permissions claimed(JsonWebToken token) throws Rejected {
        Object claim = token.getClaim(SluiceClaim.NAME);
        if (claim == null) {
            return Permissions.NONE;
        }
        try {
            JsonNode node = json.readTree(claim.toString());
            return SluiceClaim.read(node);
        } catch (JsonProcessingException noJson) {
            throw Problem.forbidden(SluiceClaim.NAME, "the claim is a JSON object")
                    .rejected();
        }
    }

    /** Only what has one obvious text: not arrays, not objects. */
    private static Optional<String> text(@Nullable Object claim) {
        if (claim instanceof JsonString string) {
            return Optional.of(string.getString());
        }
        if (claim instanceof JsonValue value) {
            return value.getValueType() == JsonValue.ValueType.NUMBER
                    ? Optional.of(value.toString())
                    : Optional.empty();
        }
        return claim instanceof String || claim instanceof Number ? Optional.of(claim.toString()) : Optional.empty();
    }
}
