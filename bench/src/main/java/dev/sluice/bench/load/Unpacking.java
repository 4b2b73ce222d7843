package dev.sluice.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.MessageToMessageDecoder;
import io.netty.handler.codec.http.HttpContentDecompressor;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketClientExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateClientExtensionHandshaker;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** What stands before a {@link Clients}' reader when its events come compressed: it finds them in what they were before. */
final class Unpacking {
    private static final int MOST = 1 << 24;
    /** A message of gRPC: whether it is compressed, its length. */
    private static final int LENGTH_AT = 1;

    private static final int PREFIX = 5;

    private Unpacking() {}

    /** @param pipeline of a connection, or of a stream of HTTP/2 */
    static void addTo(ChannelPipeline pipeline, Protocol protocol) {
        switch (protocol) {
            case SSE ->
                pipeline.addLast(new HttpResponseDecoder(), new Packed(protocol), new HttpContentDecompressor(0));
            case WS ->
                pipeline.addLast(
                        new HttpResponseDecoder(),
                        new Packed(protocol),
                        new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
                                .expectMaskedFrames(false)
                                .allowExtensions(true)
                                .build()),
                        new WebSocketClientExtensionHandler(new PerMessageDeflateClientExtensionHandshaker(0)));
            case GRPC ->
                pipeline.addLast(
                        new Packed(protocol),
                        new Contents(),
                        new LengthFieldBasedFrameDecoder(MOST, LENGTH_AT, Integer.BYTES),
                        new Messages());
        }
    }

    /** Lets nothing pass of a server that does not compress: what is measured would be something else. */
    private static final class Packed extends ChannelInboundHandlerAdapter {
        private final Protocol protocol;

        Packed(Protocol protocol) {
            this.protocol = protocol;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            boolean head = message instanceof HttpResponse || message instanceof Http2HeadersFrame;
            if (head && !isPacked(message)) {
                throw new IllegalStateException("the server does not compress: " + message);
            }
            context.fireChannelRead(message);
        }

        private boolean isPacked(Object head) {
            return switch (protocol) {
                case SSE -> ((HttpResponse) head).headers().contains(HttpHeaderNames.CONTENT_ENCODING, "gzip", true);
                case WS -> ((HttpResponse) head).headers().contains(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS);
                case GRPC -> ((Http2HeadersFrame) head).headers().contains("grpc-encoding", "gzip");
            };
        }
    }

    /** The bytes of a stream of HTTP/2. */
    private static final class Contents extends MessageToMessageDecoder<Http2DataFrame> {
        @Override
        protected void decode(ChannelHandlerContext context, Http2DataFrame frame, List<Object> out) {
            out.add(frame.content().retain());
        }
    }

    /** Messages of gRPC, each compressed for itself or not at all. */
    private static final class Messages extends MessageToMessageDecoder<ByteBuf> {
        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf message, List<Object> out) throws IOException {
            boolean packed = message.readByte() == 1;
            message.skipBytes(PREFIX - 1);
            if (!packed) {
                out.add(message.retain());
                return;
            }
            byte[] bytes = new byte[message.readableBytes()];
            message.readBytes(bytes);
            try (var plain = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                out.add(Unpooled.wrappedBuffer(plain.readAllBytes()));
            }
        }
    }
}
