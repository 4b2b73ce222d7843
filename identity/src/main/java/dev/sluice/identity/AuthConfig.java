package dev.sluice.identity;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who may do what, by configuration. */
@ConfigMapping(prefix = "sluice.auth")
public interface AuthConfig {

    /** Rules by name; a token gets what all rules that apply to it grant together. */
    Map<String, Rule> rules();

    /** Further issuers by name, beside the one of quarkus.oidc.auth-server-url. A user is who an issuer says: the same subject of two issuers is two users. */
    Map<String, Issuer> issuers();

    /** How far the clocks of an issuer and of this host may be apart, in whole seconds; at most 1m. Tokens and streams end that long after what the token says. */
    @WithDefault("5s")
    Duration clockSkew();

    /** How long a request may wait for an issuer, whose keys are needed for its token; then it is refused as unavailable. */
    @WithDefault("5s")
    Duration issuerTimeout();

    /** A further issuer. */
    interface Issuer {
        /** Its URL, below which is its discovery document. */
        String url();

        /** One of these has to be in the token's aud. Left out: as quarkus.oidc.token.audience says. */
        Optional<List<String>> audience();

        /** The claim that holds the roles. Left out: as quarkus.oidc.roles.role-claim-path says. */
        Optional<String> rolesClaim();

        /** A TLS configuration (quarkus.tls.*), for an issuer with a private CA. */
        Optional<String> tlsConfigurationName();
    }

    /** One rule. */
    interface Rule {
        /** The role that it is for; left out, it is for everybody who is signed in. */
        Optional<String> role();

        /** Patterns that may be subscribed to, with {claim} placeholders. */
        Optional<List<String>> subscribe();

        /** Patterns that may be published to, with {claim} placeholders. */
        Optional<List<String>> publish();
    }
}
