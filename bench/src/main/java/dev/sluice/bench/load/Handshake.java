package dev.sluice.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * What a server wants besides the request of its protocol before it sends events.
 *
 * @param query what the request's query goes on with
 * @param message text by WebSocket when the request is answered; empty: none
 * @param answer what the answer to that contains
 */
public record Handshake(String query, String message, String answer) {
    /** As a rule. */
    public static final Handshake NONE = new Handshake("", "", "");

    private static final int MOST = 125;

    public Handshake {
        if (message.length() > MOST) {
            throw new IllegalArgumentException("a message of more than " + MOST + " bytes");
        }
    }

    /** The message in a frame, masked by zeros (RFC 6455, section 5.2: a client's has to be). */
    ByteBuf frame() {
        return Unpooled.buffer()
                .writeByte(0x81)
                .writeByte(0x80 | message.length())
                .writeInt(0)
                .writeBytes(message.getBytes(StandardCharsets.US_ASCII));
    }
}
