package dev.sluice.system.limit;

import dev.sluice.system.observe.Scrape;
import java.net.URI;

/** How often limits were hit, by the metric. */
final class Limits {
    private Limits() {}

    static double hits(URI service, String limit) {
        return Scrape.of(service).sum("sluice_limits_hit_total", "limit=\"" + limit + "\"");
    }
}
