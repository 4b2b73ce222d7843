package dev.sluice.edge.engine;

import dev.sluice.edge.EdgeConfig;
import io.quarkus.runtime.configuration.MemorySize;

/**
 * What the heap of this process has room for. What nobody said is made to fit; what was said and can't fit is refused, because a replica
 * that takes in more than it can hold is killed with all that it has.
 *
 * @param logBytes for the log in memory
 * @param connections sessions at most; 0: any number, because somebody said so
 */
record HeapRoom(long logBytes, int connections) {
    /** Above what fits nobody gains: file descriptors and the storm at a restart come first. */
    static final int MOST_CONNECTIONS = 50_000;

    /** So small a heap is a developer's. */
    static final int FEWEST_CONNECTIONS = 500;

    private static final long MIB = 1024 * 1024;
    private static final long LEAST_LOG = 4 * MIB;
    private static final int LOG_SHARE = 6;

    /** An event in memory is an estimate; with encoded bodies and the views of filters it takes up to twice as much. */
    private static final int LOG_WEIGHT = 2;

    /** Code, Kafka's clients, dedupe windows. */
    private static final long OWN = 48 * MIB;

    /** The rest is what the collector works in. */
    private static final double USABLE = 0.85;

    /** @throws IllegalArgumentException naming the key whose value can't fit */
    static HeapRoom of(long heap, EdgeConfig.Memory memory, EdgeConfig.Cold cold, EdgeConfig.Limits limits) {
        long perConnection = limits.heapPerConnection().asLongValue();
        if (perConnection <= 0) {
            throw new IllegalArgumentException("sluice.limits.heap-per-connection must be positive");
        }
        long log = memory.bytes().map(MemorySize::asLongValue).orElse(Math.max(LEAST_LOG, heap / LOG_SHARE));
        long besides = OWN + LOG_WEIGHT * log + cold.cacheBytes().asLongValue();
        if (memory.bytes().isPresent() && besides > heap) {
            throw new IllegalArgumentException(
                    "sluice.memory.bytes=%s can't fit: with what else has to be in the heap it takes"
                                    .formatted(mib(log))
                            + " %s, and the heap has %s; give the process more memory, or leave the key out, which makes it %s"
                                    .formatted(mib(besides), mib(heap), mib(heap / LOG_SHARE)));
        }
        long fits = ((long) (heap * USABLE) - besides) / perConnection;
        int fitting = (int) Math.min(MOST_CONNECTIONS, Math.max(FEWEST_CONNECTIONS, fits));
        int connections =
                EdgeConfig.positive("connections", limits.connections().orElse(fitting));
        long all = besides + connections * perConnection;
        if (limits.connections().isPresent() && connections > FEWEST_CONNECTIONS && all > heap) {
            throw new IllegalArgumentException(
                    "sluice.limits.connections=%d can't fit: at %d KiB each, with what else has to be in the heap,"
                                    .formatted(connections, perConnection / 1024)
                            + " they take %s, and the heap has %s; give the process more memory, or leave the key out, which makes it %d"
                                    .formatted(mib(all), mib(heap), fitting));
        }
        return new HeapRoom(log, connections);
    }

    private static String mib(long bytes) {
        return bytes / MIB + " MiB";
    }
}
