package dev.sluice.ws;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionData;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionDecoder;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandshaker;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import java.util.Map;

/**
 * What a compressed frame may become, where permessage-deflate was negotiated. Vert.x inflates without a bound: a megabyte can become
 * a gigabyte before anybody asks for its length.
 */
final class Inflation {
    private static final int COMPRESSION_LEVEL = 6;

    private Inflation() {}

    /**
     * On the socket's event loop, before it reads the first frame.
     *
     * @param mostBytes that come out of one frame; a frame with more fails with a {@code DecompressionException}
     */
    static void bound(ChannelPipeline pipeline, int mostBytes) {
        WebSocketServerExtensionHandshaker bounded = new PerMessageDeflateServerExtensionHandshaker(
                COMPRESSION_LEVEL,
                false,
                PerMessageDeflateServerExtensionHandshaker.MAX_WINDOW_SIZE,
                false,
                false,
                mostBytes);
        pipeline.toMap().forEach((name, handler) -> {
            if (handler instanceof WebSocketExtensionDecoder) {
                // Its parameters are the client's to keep: a window of full size that is never reset reads whatever was
                // negotiated.
                pipeline.replace(
                        handler,
                        name,
                        bounded.handshakeExtension(new WebSocketExtensionData("permessage-deflate", Map.of()))
                                .newExtensionDecoder());
            }
        });
    }
}
