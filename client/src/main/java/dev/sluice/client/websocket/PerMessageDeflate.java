package dev.sluice.client.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** A client's side of permessage-deflate by hand (RFC 7692, section 7.2). It keeps its windows. For one thread. */
public final class PerMessageDeflate {
    /** RSV1, section 6. */
    public static final int COMPRESSED = 0x40;

    /** What a sender leaves out of each message. */
    private static final byte[] TAIL = {0, 0, -1, -1};

    private static final int PIECE = 64 * 1024;

    private final Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    private final Inflater inflater = new Inflater(true);

    public byte[] deflate(String message) {
        return deflate(message.getBytes(StandardCharsets.UTF_8));
    }

    public byte[] deflate(byte[] message) {
        deflater.setInput(message);
        var out = new ByteArrayOutputStream();
        drain(out, Deflater.SYNC_FLUSH);
        return Arrays.copyOf(out.toByteArray(), out.size() - TAIL.length);
    }

    /** A message of so many zeros, which are never all in memory. */
    public byte[] bomb(int zeros) {
        var out = new ByteArrayOutputStream();
        var block = new byte[1024 * 1024];
        for (int i = 0; i < zeros / block.length; i++) {
            deflater.setInput(block);
            drain(out, Deflater.NO_FLUSH);
        }
        drain(out, Deflater.SYNC_FLUSH);
        return Arrays.copyOf(out.toByteArray(), out.size() - TAIL.length);
    }

    private void drain(ByteArrayOutputStream out, int flush) {
        var buffer = new byte[PIECE];
        int length;
        do {
            length = deflater.deflate(buffer, 0, buffer.length, flush);
            out.write(buffer, 0, length);
        } while (length == buffer.length);
    }

    /** The text of a whole message in one frame. */
    public String inflate(RawFrame frame) {
        return (frame.first() & COMPRESSED) == 0 ? frame.text() : inflated(frame.payload()) + inflated(TAIL);
    }

    private String inflated(byte[] deflated) {
        inflater.setInput(deflated);
        var text = new byte[PIECE];
        try {
            return new String(text, 0, inflater.inflate(text), StandardCharsets.UTF_8);
        } catch (DataFormatException e) {
            throw new AssertionError("the server's message is not compressed as it says", e);
        }
    }
}
