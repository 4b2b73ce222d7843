package dev.sluice.bench.server;

/**
 * What a process holds after a full collection, in bytes.
 *
 * @param heap live objects
 * @param direct what Netty's allocator has handed out
 * @param resident what the kernel counts for it, which also has what was used once and is kept
 */
public record Footprint(double heap, double direct, double resident) {

    /** What each of so many connections adds to it. */
    public Footprint perConnection(Footprint without, int connections) {
        return new Footprint(
                (heap - without.heap) / connections,
                (direct - without.direct) / connections,
                (resident - without.resident) / connections);
    }
}
