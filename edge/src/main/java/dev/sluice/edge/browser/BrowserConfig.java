package dev.sluice.edge.browser;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Optional;

/** Pages that may use an edge from a browser. */
@ConfigMapping(prefix = "sluice.browser")
public interface BrowserConfig {
    /** Origins of pages that may connect, for example https://app.example.com, https://*.example.com or http://localhost:*. Left out: pages of the edge's own host only. */
    Optional<List<String>> origins();

    /** The cookie that holds the access token. Left out: no cookie is looked at. */
    Optional<String> cookie();
}
