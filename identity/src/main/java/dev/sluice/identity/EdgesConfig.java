package dev.sluice.identity;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Optional;

/** What the edges and the publisher know of each other. */
@ConfigMapping(prefix = "sluice.edges")
public interface EdgesConfig {
    /**
     * By which the publisher knows an edge, 32 characters or more: an edge shows the first one, the publisher takes each. Left out: whoever
     * has a token may write the positions of its user.
     */
    Optional<List<String>> keys();
}
