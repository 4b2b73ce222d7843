package dev.sluice.identity;

import io.quarkus.arc.Unremovable;
import io.quarkus.oidc.common.OidcRequestFilter;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/**
 * Gives up requests to an issuer that takes them and does not answer. Else each would hold a connection, and a few of them all that
 * there are, also when the issuer is well again.
 */
@Singleton
@Unremovable
class IssuerTimeout implements OidcRequestFilter {
    private final AuthConfig config;

    IssuerTimeout(AuthConfig config) {
        this.config = config;
    }

    @Override
    public Uni<Void> filter(OidcRequestFilterContext request) {
        request.request().timeout(config.issuerTimeout().toMillis());
        return Uni.createFrom().voidItem();
    }
}
