package dev.sluice.ws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.event.Event;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the tests of formats share. */
final class Frames {
    private static final JsonMapper JSON = new JsonMapper();

    private Frames() {}

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The text of the one frame that is written, whose header must fit it. */
    static JsonNode written(Consumer<ByteBuf> writer) {
        return json(text(writer));
    }

    /** As {@link #written}, not parsed. */
    static String text(Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer();
        writer.accept(out);
        if (out.readUnsignedByte() != 0x81) {
            throw new AssertionError("no text frame");
        }
        int length = out.readUnsignedByte();
        if (length == 126) {
            length = out.readUnsignedShort();
        }
        if (length != out.readableBytes()) {
            throw new AssertionError("the header says " + length + ", there are " + out.readableBytes());
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Single quotes stand for double ones. */
    static JsonNode json(String text) {
        try {
            return JSON.readTree(text.startsWith("{'") ? text.replace('\'', '"') : text);
        } catch (IOException wrong) {
            throw new UncheckedIOException(wrong);
        }
    }

    static Event event(@Nullable String contentType, byte @Nullable [] data) {
        return new Event(
                new Channel("a.b"), "i\"d", "/s", "t", null, "sub", contentType, null, Map.of("region", "eü"), data);
    }
}
