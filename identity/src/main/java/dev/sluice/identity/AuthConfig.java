package dev.sluice.identity;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who may do what, by configuration. */
@ConfigMapping(prefix = "sluice.auth")
public interface AuthConfig {

    /** Rules by name; a token gets what all rules that apply to it grant together. */
    Map<String, Rule> rules();

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
