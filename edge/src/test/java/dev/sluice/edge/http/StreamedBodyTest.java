package dev.sluice.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.identity.http.Connections;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StreamedBodyTest {

    /** The first write that has this in it finds no memory, as one that needs a direct buffer may. */
    private static final class NoMemory extends ChannelOutboundHandlerAdapter {
        private boolean done;

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (!done
                    && message instanceof ByteBuf bytes
                    && bytes.toString(StandardCharsets.US_ASCII).contains("two")) {
                done = true;
                ReferenceCountUtil.release(message);
                promise.setFailure(new OutOfMemoryError("no direct memory"));
            } else {
                context.write(message, promise);
            }
        }
    }

    @Test
    void shouldCutAStreamThatAPieceIsMissingOf() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            HttpServer server = vertx.createHttpServer()
                    .requestHandler(request -> {
                        Connections.channel(request).pipeline().addFirst(new NoMemory());
                        request.response().setChunked(true);
                        var body = new StreamedBody(request);
                        body.write(Unpooled.copiedBuffer("one\n", StandardCharsets.US_ASCII));
                        body.write(Unpooled.copiedBuffer("two\n", StandardCharsets.US_ASCII));
                        vertx.setTimer(
                                200, later -> body.write(Unpooled.copiedBuffer("three\n", StandardCharsets.US_ASCII)));
                    })
                    .listen(0)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            var got = new ByteArrayOutputStream();
            try (var socket = new Socket("localhost", server.actualPort())) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                socket.getInputStream().transferTo(got);
            } catch (java.net.SocketException reset) {
                // Cut by a reset: that is how the client hears of it.
                assertThat(reset).hasMessageContaining("reset");
            }
            assertThat(got.toString(StandardCharsets.US_ASCII)).doesNotContain("three");
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }
}
