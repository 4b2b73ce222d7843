package dev.sluice.edge.operator;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Where operators ask for sessions. */
@ConfigMapping(prefix = "sluice.operator")
public interface OperatorConfig {
    /** The port that lists the sessions; 0: there is none. Whoever reaches it sees everything, without a token. */
    @WithDefault("0")
    int port();

    /** The address that it listens on; by default this machine (or pod) alone reaches it. */
    @WithDefault("127.0.0.1")
    String host();
}
