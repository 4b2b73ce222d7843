package dev.sluice.bench.measure;

import dev.sluice.local.Component;
import dev.sluice.local.LocalStack;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Posts to the publisher over connections that are kept, each with one post on its way. By requests that are put together by hand, on one
 * event loop: the HTTP client of the JDK took most of the load's core, and with that it was the client that was measured. Any thread may post.
 */
final class Posts implements AutoCloseable {
    private static final int LARGEST_ANSWER = 1024 * 1024;

    private final EventLoopGroup loop = new EpollEventLoopGroup(1);
    private final Queue<Connection> idle = new ConcurrentLinkedQueue<>();
    private final Bootstrap bootstrap;
    private final String headers;

    Posts(LocalStack stack) {
        URI publisher = stack.service(Component.PUBLISHER).url();
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .remoteAddress(publisher.getHost(), publisher.getPort());
        this.headers = " HTTP/1.1\r\nHost: " + publisher.getAuthority() + "\r\nAuthorization: Bearer "
                + stack.identity().token("bench", "publisher") + "\r\n";
    }

    /** One event. */
    CompletableFuture<Void> send(String channel, String json) {
        return post("/v1/channels/" + channel + "/events", "application/json", json, HttpResponseStatus.CREATED);
    }

    /** @param batch a JSON array of CloudEvents */
    CompletableFuture<Void> sendBatch(String batch) {
        return post("/v1/events", "application/cloudevents-batch+json", batch, HttpResponseStatus.OK);
    }

    private CompletableFuture<Void> post(String path, String type, String body, HttpResponseStatus wanted) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head = "POST " + path + headers + "Content-Type: " + type + "\r\nContent-Length: " + content.length
                + "\r\n\r\n";
        ByteBuf request = Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.US_ASCII), content);
        var post = new Post(wanted, new CompletableFuture<>());
        Connection kept = idle.poll();
        if (kept != null) {
            kept.send(request, post);
        } else {
            connect(request, post);
        }
        return post.answered();
    }

    private void connect(ByteBuf request, Post post) {
        var connection = new Connection();
        ChannelFuture connecting = bootstrap
                .clone()
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        new HttpResponseDecoder(),
                                        new HttpObjectAggregator(LARGEST_ANSWER),
                                        connection);
                    }
                })
                .connect();
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                connection.send(request, post);
            } else {
                request.release();
                post.answered().completeExceptionally(done.cause());
            }
        });
    }

    private record Post(HttpResponseStatus wanted, CompletableFuture<Void> answered) {
        void answer(FullHttpResponse answer) {
            String body = answer.content().toString(StandardCharsets.UTF_8);
            if (!answer.status().equals(wanted) || body.contains("\"error\"")) {
                answered.completeExceptionally(
                        new IllegalStateException("the publisher answered " + answer.status() + " " + body));
            } else {
                answered.complete(null);
            }
        }
    }

    /** Who has it from the queue, or has opened it, sends; the answer puts it there again. */
    private final class Connection extends SimpleChannelInboundHandler<FullHttpResponse> {
        private volatile @Nullable Channel channel;
        private volatile @Nullable Post post;

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            channel = context.channel();
        }

        void send(ByteBuf request, Post next) {
            post = next;
            Channel to = channel;
            if (to == null) {
                throw new IllegalStateException("there is no connection yet");
            }
            to.writeAndFlush(request).addListener(written -> {
                if (!written.isSuccess()) {
                    next.answered().completeExceptionally(written.cause());
                }
            });
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpResponse answer) {
            Post answered = post;
            post = null;
            idle.add(this);
            if (answered != null) {
                answered.answer(answer);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            fail(new IOException("the publisher has closed the connection"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            fail(failure);
            context.close();
        }

        private void fail(Throwable why) {
            idle.remove(this);
            Post waiting = post;
            if (waiting != null) {
                waiting.answered().completeExceptionally(why);
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }
}
