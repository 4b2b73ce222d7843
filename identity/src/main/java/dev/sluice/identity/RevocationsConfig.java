package dev.sluice.identity;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Tokens that are taken back before they expire. */
@ConfigMapping(prefix = "sluice.revocations")
public interface RevocationsConfig {

    /** The topic that tells all replicas which tokens are no longer taken. The publisher creates it as sluice.topic.* says, with one partition. */
    @WithDefault("sluice.revocations")
    String topic();

    /** For how long a revocation is kept: longer than any token lives. */
    @WithDefault("1d")
    Duration retention();

    /** The role that may revoke tokens. */
    @WithDefault("sluice-admin")
    String role();

    /** Client ids whose logout tokens are taken at /v1/backchannel-logout. Left out: there is no back-channel logout. */
    Optional<List<String>> logoutAudience();
}
