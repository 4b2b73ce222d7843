package dev.sluice.edge.browser;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** Where a browser has a token for an edge. */
@ConfigMapping(prefix = "sluice.browser")
public interface BrowserConfig {
    /** The cookie that holds the access token. Left out: no cookie is looked at. */
    Optional<String> cookie();
}
