package dev.sluice.bench.measure;

import java.util.List;

/**
 * How much of everything.
 *
 * @param clients connections
 * @param events of a round in which they come as fast as they go
 * @param payload bytes of text an event
 * @param rounds that count
 * @param warmup rounds before those: on the one core that an edge has, the compiler is long at work beside it
 * @param rate events a second where they come one at a time
 * @param idle connections that wait
 * @param pinned whether server and load have a core each
 * @param jvmFlags more of them for the edge
 */
public record Settings(
        int clients,
        int events,
        int payload,
        int rounds,
        int warmup,
        double rate,
        int idle,
        boolean pinned,
        List<String> jvmFlags) {}
