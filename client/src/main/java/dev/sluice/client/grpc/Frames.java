package dev.sluice.client.grpc;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Cuts a stream of bytes into gRPC's length-prefixed messages. */
public final class Frames {

    private static final int PREFIX = 5;

    /** What is done with each. */
    public interface Consumer {
        void accept(int flags, byte[] message);
    }

    private final Consumer consumer;
    private byte[] pending = {};

    public Frames(Consumer consumer) {
        this.consumer = consumer;
    }

    public void read(byte[] piece) {
        var joined = Arrays.copyOf(pending, pending.length + piece.length);
        System.arraycopy(piece, 0, joined, pending.length, piece.length);
        var start = 0;
        while (joined.length - start >= PREFIX) {
            var length = ByteBuffer.wrap(joined, start + 1, Integer.BYTES).getInt();
            if (joined.length - start - PREFIX < length) {
                break;
            }
            consumer.accept(joined[start] & 0xFF, Arrays.copyOfRange(joined, start + PREFIX, start + PREFIX + length));
            start += PREFIX + length;
        }
        pending = Arrays.copyOfRange(joined, start, joined.length);
    }

    boolean isAmidMessage() {
        return pending.length > 0;
    }

    public static byte[] framed(byte[] message) {
        var out = new ByteArrayOutputStream();
        out.write(0);
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(message.length).array());
        out.writeBytes(message);
        return out.toByteArray();
    }
}
