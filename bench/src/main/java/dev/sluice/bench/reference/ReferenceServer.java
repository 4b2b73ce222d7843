package dev.sluice.bench.reference;

import dev.sluice.bench.load.Protocol;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Netty and nothing else: on the line {@code go} it writes the same encoded frames to each connection as fast as that takes
 * them, on {@code next} one of them. Frames that wait are joined as an edge joins them: into one run for all, whose
 * {@code retainedDuplicate} each is written. Knows no Kafka, no token, no subscription.
 */
public final class ReferenceServer {
    private static final String SSE_HEAD =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    private static final String WS_HEAD = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n"
            + "connection: upgrade\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            + "sec-websocket-protocol: sluice.v1.json\r\n\r\n";

    /** As much as an edge writes at once to a socket that takes it. */
    private static final int RUN = 64 * 1024;

    private final Protocol protocol;
    private final List<ByteBuf> frames;
    /** All frames, joined. */
    private final List<ByteBuf> runs = new ArrayList<>();

    private final List<Writer> writers = new ArrayList<>();
    private final AtomicInteger pending = new AtomicInteger();
    private int position;

    private ReferenceServer(Protocol protocol, List<ByteBuf> frames) {
        this.protocol = protocol;
        this.frames = frames;
        for (int from = 0; from < frames.size(); ) {
            int to = from;
            for (int size = 0; to < frames.size() && size < RUN; to++) {
                size += frames.get(to).readableBytes();
            }
            runs.add(join(frames.subList(from, to)));
            from = to;
        }
    }

    private static ByteBuf join(List<ByteBuf> frames) {
        int size = frames.stream().mapToInt(ByteBuf::readableBytes).sum();
        ByteBuf joined = PooledByteBufAllocator.DEFAULT.directBuffer(size);
        frames.forEach(frame -> joined.writeBytes(frame.duplicate()));
        return joined;
    }

    /** What waits, to everybody. */
    private void writeNext() {
        int count = pending.getAndSet(0);
        ByteBuf run = join(IntStream.range(position, position + count)
                .mapToObj(i -> frames.get(i % frames.size()))
                .toList());
        position = (position + count) % frames.size();
        writers.forEach(writer -> writer.write(run));
        run.release();
    }

    /** @param args the protocol, and the file with the frames, each after its length */
    public static void main(String[] args) throws IOException, InterruptedException {
        var server = new ReferenceServer(Protocol.valueOf(args[0]), read(Path.of(args[1])));
        EventLoopGroup loop = new EpollEventLoopGroup(1);
        try {
            server.serve(loop);
        } finally {
            // Its thread would keep a process that has failed.
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
    }

    private void serve(EventLoopGroup loop) throws IOException, InterruptedException {
        Channel listening = bootstrap(loop).bind("127.0.0.1", 0).sync().channel();
        System.out.println("port " + ((InetSocketAddress) listening.localAddress()).getPort());
        try (var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            // The end of the input is the end of the bench: nothing stays behind.
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                if (line.equals("go")) {
                    loop.execute(() -> List.copyOf(writers).forEach(Writer::write));
                } else if (pending.getAndIncrement() == 0) {
                    loop.execute(this::writeNext);
                }
            }
        }
    }

    private static List<ByteBuf> read(Path file) throws IOException {
        var frames = new ArrayList<ByteBuf>();
        try (var in = new DataInputStream(Files.newInputStream(file))) {
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                byte[] frame = in.readNBytes(in.readInt());
                ByteBuf direct = PooledByteBufAllocator.DEFAULT.directBuffer(frame.length);
                frames.add(direct.writeBytes(frame));
            }
        }
        return frames;
    }

    private ServerBootstrap bootstrap(EventLoopGroup loop) {
        return new ServerBootstrap()
                .group(loop)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4_096)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connected) {
                        if (protocol == Protocol.GRPC) {
                            connected
                                    .pipeline()
                                    .addLast(
                                            Http2FrameCodecBuilder.forServer().build(),
                                            new Http2MultiplexHandler(new ChannelInitializer<>() {
                                                @Override
                                                protected void initChannel(Channel stream) {
                                                    stream.pipeline().addLast(new Writer());
                                                }
                                            }));
                        } else {
                            connected.pipeline().addLast(new Writer());
                        }
                    }
                });
    }

    /** One client. Answers its request at once, and writes when it is told to and whenever there is room. */
    private final class Writer extends ChannelInboundHandlerAdapter {
        private @Nullable ChannelHandlerContext context;
        /** Below 0: not told to write all. */
        private int next = -1;

        @Override
        public void handlerAdded(ChannelHandlerContext added) {
            context = added;
            writers.add(this);
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext removed) {
            writers.remove(this);
        }

        @Override
        public void channelRead(ChannelHandlerContext reading, Object message) {
            boolean answer = !(message instanceof Http2DataFrame);
            ReferenceCountUtil.release(message);
            if (!answer) {
                // The request's message; a first one of ours tells the client that it was understood.
                reading.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(new byte[5])));
            } else if (protocol == Protocol.GRPC) {
                reading.writeAndFlush(new DefaultHttp2HeadersFrame(
                        new DefaultHttp2Headers().status("200").set("content-type", "application/grpc")));
            } else {
                String head = protocol == Protocol.SSE ? SSE_HEAD : WS_HEAD;
                reading.writeAndFlush(Unpooled.copiedBuffer(head, StandardCharsets.US_ASCII));
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext changed) {
            if (next >= 0) {
                write();
            }
        }

        void write(ByteBuf run) {
            ChannelHandlerContext out = context;
            if (out != null) {
                out.writeAndFlush(message(run), out.voidPromise());
            }
        }

        private Object message(ByteBuf run) {
            ByteBuf bytes = run.retainedDuplicate();
            return protocol == Protocol.GRPC ? new DefaultHttp2DataFrame(bytes) : bytes;
        }

        void write() {
            ChannelHandlerContext out = context;
            if (out == null) {
                return;
            }
            next = Math.max(next, 0);
            boolean wrote = false;
            while (next < runs.size() && out.channel().isWritable()) {
                out.write(message(runs.get(next++)), out.voidPromise());
                wrote = true;
            }
            if (wrote) {
                out.flush();
            }
            if (next < runs.size() && out.channel().isWritable()) {
                // The socket took all at once: others first.
                out.executor().execute(this::write);
            }
        }
    }
}
