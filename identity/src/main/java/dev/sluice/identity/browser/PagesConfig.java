package dev.sluice.identity.browser;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Optional;

/** Pages that may use a service from a browser. */
@ConfigMapping(prefix = "sluice.browser")
public interface PagesConfig {
    /** Origins of pages that may connect, for example https://app.example.com, https://*.example.com or http://localhost:*. Left out: pages of the service's own host only. */
    Optional<List<String>> origins();
}
