package dev.sluice.identity;

import io.quarkus.oidc.Oidc;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.runtime.OidcConfig;
import io.quarkus.oidc.runtime.OidcUtils;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Tells Quarkus OIDC which issuers there are, each as a tenant of the same name, before it connects to them. An issuer without an
 * audience keeps the service from starting: its tokens for whatever application would be good here.
 */
@Singleton
class IssuerSettings {
    private static final Duration MOST_SKEW = Duration.ofMinutes(1);
    private static final String ANY = "any";

    private final Map<String, List<String>> audiences = new HashMap<>();

    /**
     * What an access token has to have one of in its {@code aud}. Quarkus takes those of logout tokens besides, and knows one kind of
     * token only.
     *
     * @param tenant by which Quarkus knows the issuer
     */
    List<String> audience(String tenant) {
        return audiences.getOrDefault(tenant, List.of());
    }

    void create(@Observes Oidc oidc, OidcConfig quarkus, AuthConfig ours, RevocationsConfig revocations) {
        List<String> logout = revocations.logoutAudience().orElse(List.of());
        if (logout.contains(ANY)) {
            throw new IllegalArgumentException("sluice.revocations.logout-audience: client ids are needed, not 'any'");
        }
        int skew = seconds(ours.clockSkew());
        var base = OidcConfig.getDefaultTenant(quarkus);
        var urls = new HashSet<String>();
        quarkus.namedTenants().forEach((name, tenant) -> {
            String key = OidcConfig.DEFAULT_TENANT_KEY.equals(name) ? "quarkus.oidc" : "quarkus.oidc." + name;
            tenant.authServerUrl().ifPresent(url -> {
                requireNew(urls, key + ".auth-server-url", url);
                requireAudience(
                        key + ".token.audience", tenant.token().audience().orElse(List.of()));
                if (tenant.token().issuer().filter(ANY::equals).isPresent()) {
                    throw new IllegalArgumentException(key + ".token.issuer: one issuer is needed, not 'any'");
                }
            });
            String id = OidcConfig.DEFAULT_TENANT_KEY.equals(name) ? OidcUtils.DEFAULT_TENANT_ID : name;
            audiences.put(
                    tenant.tenantId().orElse(id), tenant.token().audience().orElse(List.of()));
            oidc.create(OidcTenantConfig.builder(tenant)
                    .token()
                    .audience(logout)
                    .lifespanGrace(skew)
                    .end()
                    .build());
        });
        ours.issuers().forEach((name, issuer) -> {
            String key = "sluice.auth.issuers." + name;
            if (quarkus.namedTenants().containsKey(name)) {
                throw new IllegalArgumentException(key + ": quarkus.oidc has an issuer of this name too");
            }
            requireNew(urls, key + ".url", issuer.url());
            List<String> audience =
                    issuer.audience().or(() -> base.token().audience()).orElse(List.of());
            requireAudience(key + ".audience", audience);
            audiences.put(name, audience);
            oidc.create(tenant(
                    name,
                    issuer,
                    Stream.concat(audience.stream(), logout.stream()).toList(),
                    skew,
                    base));
        });
    }

    /** Not a copy of the first issuer's, because a copy's audience could be added to, but not replaced. */
    private static OidcTenantConfig tenant(
            String name,
            AuthConfig.Issuer issuer,
            List<String> audience,
            int skew,
            io.quarkus.oidc.runtime.OidcTenantConfig base) {
        var builder = OidcTenantConfig.authServerUrl(issuer.url())
                .tenantId(name)
                .applicationType(io.quarkus.oidc.runtime.OidcTenantConfig.ApplicationType.SERVICE)
                .connectionTimeout(base.connectionTimeout())
                .connectionRetryCount(base.connectionRetryCount())
                .connectionDelay(base.connectionDelay().orElse(null))
                .token()
                .audience(audience)
                .lifespanGrace(skew)
                .forcedJwkRefreshInterval(base.token().forcedJwkRefreshInterval())
                .allowJwtIntrospection(false)
                .allowOpaqueTokenIntrospection(false)
                .end()
                .roles()
                .roleClaimPath(issuer.rolesClaim()
                        .map(List::of)
                        .or(() -> base.roles().roleClaimPath())
                        .orElse(List.of()))
                .end();
        issuer.tlsConfigurationName().ifPresent(builder::tlsConfigurationName);
        return builder.build();
    }

    private static int seconds(Duration skew) {
        if (skew.isNegative() || skew.compareTo(MOST_SKEW) > 0 || skew.getNano() != 0) {
            throw new IllegalArgumentException("sluice.auth.clock-skew is 0 to 60 whole seconds, not " + skew);
        }
        return (int) skew.toSeconds();
    }

    private static void requireNew(HashSet<String> urls, String key, String url) {
        if (!urls.add(url)) {
            throw new IllegalArgumentException(key + ": there are two issuers with the URL " + url);
        }
    }

    private static void requireAudience(String key, List<String> audience) {
        if (audience.isEmpty() || audience.contains(ANY)) {
            throw new IllegalArgumentException(
                    key + ": an audience is needed, which says that a token is meant for this system");
        }
    }
}
