package dev.sluice.bench.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** What payloads hold, so that events are found in what arrives. */
public final class Marker {
    /** Each event's; nothing else on the wire has this letter. */
    public static final char EACH = '~';

    /** The last event's. */
    public static final String TEXT = new String(Counter.MARKER, StandardCharsets.US_ASCII);

    private Marker() {}

    /** How many events there are in a piece. */
    static int count(ByteBuf piece) {
        int count = 0;
        for (int at = piece.readerIndex() - 1; (at = next(piece, at + 1)) >= 0; ) {
            count++;
        }
        return count;
    }

    private static int next(ByteBuf piece, int from) {
        return piece.indexOf(from, piece.writerIndex(), (byte) EACH);
    }
}
