package dev.sluice.client.websocket;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A frame by hand (RFC 6455, section 5.2), so that a client can send what no library lets it send.
 *
 * @param first with the FIN and RSV bits and the opcode
 */
public record RawFrame(int first, byte[] payload) {
    public static final int FIN = 0x80;
    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    public static RawFrame of(int first, String payload) {
        return new RawFrame(first, payload.getBytes(StandardCharsets.UTF_8));
    }

    /** @param code 1000 to 4999, or what is none */
    public static RawFrame close(int code, byte... reason) {
        return new RawFrame(
                FIN | CLOSE,
                ByteBuffer.allocate(2 + reason.length)
                        .putShort((short) code)
                        .put(reason)
                        .array());
    }

    /** The next one of a server. */
    public static RawFrame read(InputStream in) {
        try {
            int first = in.read();
            int length = in.read();
            if (length == 126) {
                length = ByteBuffer.wrap(in.readNBytes(2)).getShort() & 0xFFFF;
            } else if (length == 127) {
                length = Math.toIntExact(ByteBuffer.wrap(in.readNBytes(8)).getLong());
            }
            if (first < 0 || length < 0) {
                throw new AssertionError("the server closed the connection without a close frame");
            }
            return new RawFrame(first, in.readNBytes(length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As a client sends it: masked. */
    public byte[] bytes() {
        byte[] mask = {1, 2, 3, 4};
        var masked = payload.clone();
        for (var i = 0; i < masked.length; i++) {
            masked[i] ^= mask[i % mask.length];
        }
        return write(0x80, mask, masked);
    }

    /** Of several, to be sent at once: a server that ends the connection after one of them may not wait for the next. */
    public static byte[] join(RawFrame... frames) {
        var all = new ByteArrayOutputStream();
        for (var frame : frames) {
            all.writeBytes(frame.bytes());
        }
        return all.toByteArray();
    }

    /** As a client must not send it. */
    public byte[] unmasked() {
        return write(0, new byte[0], payload);
    }

    private byte[] write(int maskBit, byte[] mask, byte[] body) {
        var frame = ByteBuffer.allocate(body.length + 14).put((byte) first);
        if (body.length < 126) {
            frame.put((byte) (maskBit | body.length));
        } else if (body.length < 1 << 16) {
            frame.put((byte) (maskBit | 126)).putShort((short) body.length);
        } else {
            frame.put((byte) (maskBit | 127)).putLong(body.length);
        }
        frame.put(mask).put(body).flip();
        var bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    /** What kind it is. */
    public int opcode() {
        return first & 0xF;
    }

    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** Of a close frame; 1005 when it has none. */
    public int closeCode() {
        return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xFFFF;
    }
}
