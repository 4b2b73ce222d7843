package dev.sluice.client.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Frames of HTTP/2 by hand (RFC 9113, section 6), so that a client can do what no library lets it do. */
public final class Http2Frames {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int CONTINUATION = 9;

    public static final int END_STREAM = 1;
    public static final int END_HEADERS = 4;

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int CANCEL = 8;
    private static final int MOST_IN_A_BYTE = 127;

    private Http2Frames() {}

    /** What opens a connection: the preface, and settings that change nothing. */
    public static byte[] opening() {
        return join(PREFACE, frame(SETTINGS, 0, 0));
    }

    public static byte[] frame(int type, int flags, int stream, byte... payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    public static byte[] cancel(int stream) {
        return frame(
                RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(CANCEL).array());
    }

    /** A header block (RFC 7541): a request with a bearer token. No field is kept by the peer. */
    public static byte[] request(String method, String path, String token) {
        var block = new ByteArrayOutputStream();
        block.write(method.equals("POST") ? 0x83 : 0x82);
        block.write(0x86);
        block.write(0x04);
        text(block, path);
        block.write(0x01);
        text(block, "localhost");
        // "authorization" is number 23 of the static table.
        block.write(0x0F);
        block.write(0x08);
        text(block, "Bearer " + token);
        return block.toByteArray();
    }

    /** A field with a name of its own. */
    public static byte[] field(String name, String value) {
        var block = new ByteArrayOutputStream();
        block.write(0);
        text(block, name);
        text(block, value);
        return block.toByteArray();
    }

    private static void text(ByteArrayOutputStream block, String text) {
        int length = text.length();
        if (length < MOST_IN_A_BYTE) {
            block.write(length);
        } else {
            block.write(MOST_IN_A_BYTE);
            for (length -= MOST_IN_A_BYTE; length > MOST_IN_A_BYTE; length >>= 7) {
                block.write(length & MOST_IN_A_BYTE | 0x80);
            }
            block.write(length);
        }
        block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    public static byte[] join(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
