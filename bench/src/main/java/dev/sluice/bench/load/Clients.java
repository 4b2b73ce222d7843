package dev.sluice.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** So many connections to one server, on one event loop. Opened, then measured once, then closed. */
public final class Clients implements AutoCloseable {
    private static final int READ = 256 * 1024;
    private static final int PATIENCE_SECONDS = 300;
    private static final int AT_ONCE = 50;
    /** So much of an answer says what is wrong. */
    private static final int HEAD = 1_024;

    private final Protocol protocol;
    private final Handshake handshake;
    private final EventLoopGroup loop = new EpollEventLoopGroup(1);
    private final List<Channel> channels = new ArrayList<>();
    private final CountDownLatch open;
    private final CountDownLatch done;
    private final AtomicLong first = new AtomicLong();
    private final AtomicLong last = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean measuring;
    private volatile @Nullable Watch watch;

    private Clients(Protocol protocol, Handshake handshake, int count) {
        this.protocol = protocol;
        this.handshake = handshake;
        this.open = new CountDownLatch(count);
        this.done = new CountDownLatch(count);
    }

    /**
     * Connects, and returns when each of them has been sent the beginning of its stream.
     *
     * @param handshake what the server wants besides
     * @param wanted by each client
     */
    public static Clients open(
            Protocol protocol, int port, Handshake handshake, int count, IntFunction<Listening> wanted, String token)
            throws InterruptedException {
        var clients = new Clients(protocol, handshake, count);
        var bootstrap = new Bootstrap()
                .group(clients.loop)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ));
        for (int i = 0; i < count; i++) {
            bootstrap.handler(clients.initializer(wanted.apply(i), token));
            clients.channels.add(bootstrap.connect("127.0.0.1", port).sync().channel());
            if (i % AT_ONCE == AT_ONCE - 1) {
                // Not faster than it is answered, or the backlog of the server overflows.
                clients.awaitOpen(count - i - 1);
            }
        }
        clients.awaitOpen(0);
        return clients;
    }

    private void awaitOpen(long left) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (open.getCount() > left) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(open.getCount() - left + " clients were not answered");
            }
            Thread.sleep(1);
        }
    }

    private ChannelInitializer<Channel> initializer(Listening wanted, String token) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel connected) {
                if (protocol == Protocol.GRPC || wanted.isHttp2()) {
                    Http2Start.addTo(connected.pipeline(), protocol, wanted, token, reader(wanted, new byte[0]));
                } else {
                    connected.pipeline().addLast(reader(wanted, protocol.request(wanted, token, handshake)));
                }
            }
        };
    }

    /** @param request what it begins with */
    private ChannelInitializer<Channel> reader(Listening wanted, byte[] request) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel stream) {
                if (wanted.isCompressed()) {
                    Unpacking.addTo(stream.pipeline(), protocol);
                }
                stream.pipeline().addLast(new Reader(request));
            }
        };
    }

    /** One stream: counts from when it is measured on. */
    private final class Reader extends ChannelInboundHandlerAdapter {
        private final byte[] request;
        private final Counter counter = new Counter();
        private final Marker marker = new Marker();
        /** By the head. */
        private boolean answered;
        /** The stream. */
        private boolean begun;
        /** How many events, since each is looked at. */
        private int arrived;

        Reader(byte[] request) {
            this.request = request;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (request.length > 0) {
                context.writeAndFlush(Unpooled.wrappedBuffer(request));
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            try {
                if (message instanceof ByteBuf piece) {
                    read(context, piece);
                } else if (message instanceof ByteBufHolder holder) {
                    read(context, holder.content());
                } else if (message instanceof HttpResponse head) {
                    begin(context, head.protocolVersion() + " " + head.status());
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        private void read(ChannelHandlerContext context, ByteBuf piece) {
            if (!begun && piece.isReadable()) {
                begin(
                        context,
                        piece.toString(
                                piece.readerIndex(), Math.min(piece.readableBytes(), HEAD), StandardCharsets.US_ASCII));
            }
            Watch watching = watch;
            if (watching != null) {
                for (int i = marker.count(piece); i > 0; i--) {
                    watching.arrive(arrived++);
                }
                return;
            }
            if (!measuring) {
                return;
            }
            if (first.get() == 0) {
                first.set(System.nanoTime());
            }
            if (counter.count(piece)) {
                bytes.addAndGet(counter.bytes());
                last.set(System.nanoTime());
                done.countDown();
            }
        }

        private void begin(ChannelHandlerContext context, String text) {
            if (!answered) {
                requireGoodHead(text);
                answered = true;
                if (!handshake.message().isEmpty()) {
                    context.writeAndFlush(handshake.frame());
                }
            }
            if (text.contains(handshake.answer())) {
                begun = true;
                open.countDown();
            }
        }

        /** A server that refuses has answered, too. */
        private void requireGoodHead(String begin) {
            if (begin.startsWith("HTTP/1.1")
                    && !begin.startsWith("HTTP/1.1 200")
                    && !begin.startsWith("HTTP/1.1 101")) {
                throw new IllegalStateException("the server answered " + begin);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            System.err.println("bench: a client failed: " + failure);
            context.close();
        }
    }

    /** What arrives from now on counts. */
    public void measure() {
        measuring = true;
    }

    /** As that; but each event at each client is told to the watch, on the loop of the clients. */
    public void measure(Watch each) {
        watch = each;
    }

    /** Waits until each client has the last event. */
    public Measured await() throws InterruptedException {
        if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(done.getCount() + " clients did not get the last event");
        }
        return new Measured(last.get() - first.get(), bytes.get());
    }

    /**
     * @param nanos from the first byte at any client to the last event at the last one
     * @param bytes that the clients received in that time
     */
    public record Measured(long nanos, long bytes) {}

    @Override
    public void close() throws InterruptedException {
        for (Channel channel : channels) {
            channel.close();
        }
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }
}
