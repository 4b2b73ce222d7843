package dev.sluice.identity.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.ssl.SslHandler;
import io.quarkus.vertx.VertxOptionsCustomizer;
import io.vertx.core.VertxOptions;
import jakarta.inject.Singleton;

/**
 * A request over HTTP/1.1 that asks for {@code Upgrade: h2c} is served as if it did not (RFC 9110, section 7.8), which RFC 9113 has dropped.
 * Vert.x would agree before anybody looks at path and token, and a proxy in front that passed that on would be a tunnel past its own rules.
 * HTTP/2 is spoken by whoever begins with it.
 */
@Singleton
class NoUpgradeToHttp2 implements VertxOptionsCustomizer {
    /** What Vert.x calls the handler that upgrades; it is there from the first byte that is none of HTTP/2 to the first request. */
    private static final String UPGRADE = "h2c";

    private static final int PREFACE_BYTES = 24;

    /** Comes before anybody listens or connects; nothing is customized. */
    @Override
    public void accept(VertxOptions options) {
        AcceptedConnections.listen(
                "no-upgrade", channel -> channel.pipeline().addLast("sluice-first-bytes", new FirstBytes()));
    }

    /** Hands on byte by byte until Vert.x knows which HTTP it is, which is the first one mostly, to get between its handlers. */
    private static final class FirstBytes extends ChannelInboundHandlerAdapter {
        private int seen;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (!(message instanceof ByteBuf bytes)) {
                context.fireChannelRead(message);
                return;
            }
            Channel channel = context.channel();
            while (bytes.isReadable() && !isKnown(channel.pipeline())) {
                seen++;
                context.fireChannelRead(bytes.readRetainedSlice(1));
            }
            if (isKnown(channel.pipeline())) {
                if (channel.pipeline().get(UPGRADE) != null) {
                    channel.pipeline().addBefore(UPGRADE, null, new FirstRequest());
                }
                channel.pipeline().remove(this);
            }
            // When it was closed meanwhile, nobody reads it but the end of the pipeline, which releases it.
            context.fireChannelRead(bytes);
        }

        private boolean isKnown(ChannelPipeline pipeline) {
            return seen >= PREFACE_BYTES
                    || pipeline.get(UPGRADE) != null
                    || pipeline.get(Http2ConnectionHandler.class) != null
                    || pipeline.get(SslHandler.class) != null;
        }
    }

    private static final class FirstRequest extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request) {
                HttpHeaders headers = request.headers();
                if (headers.contains(HttpHeaderNames.UPGRADE, UPGRADE, true)) {
                    headers.remove(HttpHeaderNames.UPGRADE);
                }
                context.pipeline().remove(this);
            }
            context.fireChannelRead(message);
        }
    }
}
