package dev.sluice.client.grpc;

import java.io.ByteArrayOutputStream;
import java.util.Base64;

/** Decodes base64 that comes in pieces and, as gRPC-Web allows, with padding in the middle. */
final class Base64Stream {

    private static final int GROUP = 4;

    private final byte[] group = new byte[GROUP];
    private int filled;

    byte[] decode(byte[] piece) {
        var out = new ByteArrayOutputStream();
        for (byte b : piece) {
            group[filled++] = b;
            if (filled == GROUP) {
                filled = 0;
                out.writeBytes(Base64.getDecoder().decode(group));
            }
        }
        return out.toByteArray();
    }
}
