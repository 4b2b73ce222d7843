package dev.sluice.bench.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Finds events in what arrives at one client, by what their payloads hold. Its loop alone calls it. */
public final class Marker {
    private static final byte FIRST = '~';
    private static final byte SECOND = '^';

    /** Each event's. Two bytes, because each of them alone may be the length of a frame. */
    public static final String EACH = "" + (char) FIRST + (char) SECOND;

    /** The last event's. */
    public static final String TEXT = new String(Counter.MARKER, StandardCharsets.US_ASCII);

    private byte last;

    /** How many events there are in a piece, which comes after the pieces before it. */
    int count(ByteBuf piece) {
        int count = 0;
        for (int at = piece.readerIndex() - 1; (at = next(piece, at + 1)) >= 0; ) {
            byte before = at > piece.readerIndex() ? piece.getByte(at - 1) : last;
            if (before == FIRST) {
                count++;
            }
        }
        if (piece.isReadable()) {
            last = piece.getByte(piece.writerIndex() - 1);
        }
        return count;
    }

    private static int next(ByteBuf piece, int from) {
        return piece.indexOf(from, piece.writerIndex(), SECOND);
    }
}
