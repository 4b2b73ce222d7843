package dev.sluice.identity.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.VertxHandler;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection with the answer to a request whose {@code Connection} has {@code close} among others, as {@code close, TE} (RFC 9112,
 * section 9.6): Vert.x does so for {@code close} alone, and would leave whoever waits for the end to wait. What comes after such a request
 * is read by nobody. Of HTTP/1.1; older ones end anyhow. On the connection's event loop.
 */
@Singleton
class LastRequest {
    /** After the lines of a list are one, before whoever may answer. */
    private static final int PRIORITY = 4_500;

    private static final String CLOSE = "close";

    void register(@Observes Filters filters) {
        filters.register(LastRequest::look, PRIORITY);
    }

    private static void look(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.version() == HttpVersion.HTTP_1_1 && isLast(request.getHeader(HttpHeaders.CONNECTION))) {
            ChannelPipeline pipeline = Connections.channel(request).pipeline();
            pipeline.addBefore(pipeline.context(VertxHandler.class).name(), null, new End());
        }
        context.next();
    }

    /** @param options of the connection; alone, {@code close} is known to Vert.x */
    static boolean isLast(@Nullable String options) {
        return options != null
                && options.indexOf(',') >= 0
                && Arrays.stream(options.split(",", -1))
                        .anyMatch(option -> option.strip().equalsIgnoreCase(CLOSE));
    }

    /** From a request on that is the last one. */
    static final class End extends ChannelDuplexHandler {
        private boolean deaf;
        /** None of those that come before the answer, nor a change of protocol. */
        private boolean answering;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            deaf |= message instanceof HttpRequest;
            if (deaf) {
                ReferenceCountUtil.release(message);
            } else {
                context.fireChannelRead(message);
            }
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (message instanceof HttpResponse response && response.status().code() >= 200) {
                answering = true;
                response.headers().set(HttpHeaders.CONNECTION, CLOSE);
            }
            if (answering && message instanceof LastHttpContent) {
                context.write(message, promise.unvoid().addListener(ChannelFutureListener.CLOSE));
            } else {
                context.write(message, promise);
            }
        }
    }
}
