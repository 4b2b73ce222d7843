package dev.sluice.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class UnpackingTest {
    private static final String EVENT = "an event ~^ and what it says, and what it says";

    private static EmbeddedChannel channel(Protocol protocol) {
        var channel = new EmbeddedChannel();
        Unpacking.addTo(channel.pipeline(), protocol);
        return channel;
    }

    private static ByteBuf ascii(String text) {
        return Unpooled.copiedBuffer(text, US_ASCII);
    }

    /** All that comes out, as text. */
    private static String read(EmbeddedChannel channel) {
        var text = new StringBuilder();
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (message instanceof ByteBuf bytes) {
                text.append(bytes.toString(US_ASCII));
            } else if (message instanceof ByteBufHolder holder) {
                text.append(holder.content().toString(US_ASCII));
            }
        }
        return text.toString();
    }

    @Test
    void shouldFindAnEventInAStreamThatGoesOn() throws IOException {
        EmbeddedChannel channel = channel(Protocol.SSE);
        channel.writeInbound(ascii("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n"));
        var bytes = new ByteArrayOutputStream();
        var gzip = new GZIPOutputStream(bytes, true);
        gzip.write(EVENT.getBytes(US_ASCII));
        gzip.flush();

        channel.writeInbound(
                ascii(Integer.toHexString(bytes.size()) + "\r\n"), Unpooled.wrappedBuffer(bytes.toByteArray()));

        assertThat(read(channel)).isEqualTo(EVENT);
    }

    @Test
    void shouldInflateAMessageOfWebSocket() {
        EmbeddedChannel channel = channel(Protocol.WS);
        channel.writeInbound(ascii("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
                + "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
                + "sec-websocket-extensions: permessage-deflate;server_no_context_takeover\r\n\r\n"));
        var deflater = new Deflater(Deflater.BEST_SPEED, true);
        deflater.setInput(EVENT.getBytes(US_ASCII));
        byte[] bytes = new byte[100];
        int length = deflater.deflate(bytes, 0, bytes.length, Deflater.SYNC_FLUSH) - 4;

        channel.writeInbound(Unpooled.buffer().writeByte(0xC1).writeByte(length).writeBytes(bytes, 0, length));

        assertThat(read(channel)).isEqualTo(EVENT);
    }

    @Test
    void shouldReadMessagesOfGrpcCompressedOrNot() throws IOException {
        EmbeddedChannel channel = channel(Protocol.GRPC);
        channel.writeInbound(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().set("grpc-encoding", "gzip")));
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(EVENT.getBytes(US_ASCII));
        }
        ByteBuf wire = Unpooled.buffer()
                .writeBytes(Capture.grpcMessage("first ".getBytes(US_ASCII)))
                .writeByte(1)
                .writeInt(bytes.size())
                .writeBytes(bytes.toByteArray());

        // Cut in two, as it may be.
        channel.writeInbound(new DefaultHttp2DataFrame(wire.readRetainedSlice(20)), new DefaultHttp2DataFrame(wire));

        assertThat(read(channel)).isEqualTo("first " + EVENT);
    }

    @Test
    void shouldRefuseAServerThatDoesNotCompress() {
        EmbeddedChannel channel = channel(Protocol.SSE);

        assertThatThrownBy(() -> channel.writeInbound(ascii("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")))
                .hasMessageContaining("does not compress");
    }
}
