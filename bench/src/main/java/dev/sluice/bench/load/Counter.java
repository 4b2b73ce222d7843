package dev.sluice.bench.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Counts what one connection receives, and notices the last event by its marker. It looks for that at the end of what has just
 * arrived only, so that it costs nothing that could be seen.
 */
final class Counter {
    static final byte[] MARKER = "the-last-of-all".getBytes(StandardCharsets.US_ASCII);
    private static final int TAIL = 1024;

    private final byte[] tail = new byte[TAIL + 64];
    private int kept;
    private long bytes;
    private boolean done;

    /** @return whether the last event has arrived with this piece */
    boolean count(ByteBuf piece) {
        int length = piece.readableBytes();
        bytes += length;
        int take = Math.min(length, TAIL);
        if (take < TAIL && kept > 0) {
            // A marker may be cut in two: keep the end of what came before.
            int old = Math.min(kept, MARKER.length);
            System.arraycopy(tail, kept - old, tail, 0, old);
            kept = old;
        } else {
            kept = 0;
        }
        piece.getBytes(piece.readerIndex() + length - take, tail, kept, take);
        kept += take;
        if (!done && contains()) {
            done = true;
            return true;
        }
        return false;
    }

    private boolean contains() {
        outer:
        for (int i = kept - MARKER.length; i >= 0; i--) {
            for (int j = 0; j < MARKER.length; j++) {
                if (tail[i + j] != MARKER[j]) {
                    continue outer;
                }
            }
            return true;
        }
        return false;
    }

    long bytes() {
        return bytes;
    }
}
