package dev.sluice.bench;

import java.util.Locale;

/**
 * What a process holds after a full collection, in bytes.
 *
 * @param heap live objects
 * @param direct what Netty's allocator has handed out
 * @param resident what the kernel counts for it, which also has what was used once and is kept
 */
record Footprint(double heap, double direct, double resident) {

    /** What each of so many connections adds to it. */
    String perConnection(Footprint without, int connections) {
        return String.format(
                Locale.ROOT,
                "heap %.1f KB, direct %.1f KB, resident %.1f KB",
                (heap - without.heap) / connections / 1e3,
                (direct - without.direct) / connections / 1e3,
                (resident - without.resident) / connections / 1e3);
    }
}
