package dev.sluice.sse.console;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** What {@code sluice.console.*} says. */
@ConfigMapping(prefix = "sluice.console")
interface ConsoleConfig {
    /** Whether the console is served at {@code /console}. Whoever opens it signs in at the issuer, and may do there what the own token allows. */
    @WithDefault("false")
    boolean enabled();

    /** Id of the issuer's public client (code flow with PKCE) that may send people back to {@code /console/index.html}. */
    Optional<String> client();

    /** Where browsers reach ws-edge: {@code https://events.example.com}. */
    Optional<String> websocket();

    /** Where browsers reach grpc-edge. */
    Optional<String> grpc();
}
