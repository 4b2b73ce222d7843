package dev.sluice.edge.engine;

import java.util.function.DoubleConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Sends sessions away before memory runs out, those first who hold most of it: that they come back elsewhere with their cursor is better than
 * that an allocation fails wherever it happens to be. One thread looks, any asks.
 */
final class MemoryWatch {
    /** From so much on it is short; below so much no more. */
    private static final double SHORT = 0.9;

    private static final double ENOUGH = 0.8;
    /** Of the sessions, each time. */
    private static final double SHARE = 0.05;

    private static final Logger LOG = Logger.getLogger(MemoryWatch.class);

    private final DoubleSupplier direct;
    private final DoubleSupplier heap;
    private final LongSupplier collections;
    private final DoubleConsumer shed;
    private long collected;
    private volatile boolean isShort;

    /**
     * @param direct the share of the buffers' memory that is taken, 0 to 1
     * @param heap the share of the heap that was live after the last collection
     * @param collections how many of these there were
     * @param shed sends a share of the sessions away
     */
    MemoryWatch(DoubleSupplier direct, DoubleSupplier heap, LongSupplier collections, DoubleConsumer shed) {
        this.direct = direct;
        this.heap = heap;
        this.collections = collections;
        this.shed = shed;
        this.collected = collections.getAsLong();
    }

    /** Whether there is so little left that new clients had better go elsewhere. */
    boolean isShort() {
        return isShort;
    }

    /** Again and again; whatever is thrown, the next look comes. */
    void look() {
        try {
            compare();
        } catch (Throwable failure) {
            LOG.error("How much memory is left could not be looked at; the next look comes", failure);
        }
    }

    private void compare() {
        double buffers = direct.getAsDouble();
        double objects = heap.getAsDouble();
        if (buffers < ENOUGH && objects < ENOUGH) {
            if (isShort) {
                LOG.infof("There is memory again: buffers=%.2f, heap=%.2f", buffers, objects);
            }
            isShort = false;
            return;
        }
        // Once it was short, until there is enough: it would stay closed to new clients else.
        double most = isShort ? ENOUGH : SHORT;
        // What those who went held of the heap is not seen before the next collection.
        boolean fresh = collections.getAsLong() != collected;
        if (buffers >= most || objects >= most && fresh) {
            collected = collections.getAsLong();
            isShort = true;
            LOG.warnf(
                    "Memory runs out; sessions are sent away, those first who do not read: buffers=%.2f, heap=%.2f, share=%.2f",
                    buffers, objects, SHARE);
            shed.accept(SHARE);
        }
    }
}
