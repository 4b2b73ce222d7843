package dev.sluice.system.client;

import dev.sluice.client.Refusal;
import dev.sluice.client.grpc.Frames;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.bootstrap.Bootstrap;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufUtil;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.SocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2DataFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2HeadersFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ResetFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A call down to the frames of HTTP/2, over a connection of its own, to send what no stub sends. One thread uses it. */
public final class RawStream implements AutoCloseable {
    /** The flag of a gRPC-Web message that holds the trailers. */
    private static final int TRAILERS = 0x80;

    private final EventLoopGroup loop = new NioEventLoopGroup(1);
    private final Answer answer = new Answer();
    private final Channel stream;

    /**
     * Sends the head of a call.
     *
     * @param headers besides those of every call; these win, and an empty value takes one away
     */
    public RawStream(URI server, String method, Map<String, String> headers) {
        var connection = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(
                                        Http2FrameCodecBuilder.forClient()
                                                .encoderIgnoreMaxHeaderListSize(true)
                                                .build(),
                                        new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
                    }
                })
                .connect(server.getHost(), server.getPort())
                .syncUninterruptibly()
                .channel();
        stream = new Http2StreamChannelBootstrap(connection)
                .handler(answer)
                .open()
                .syncUninterruptibly()
                .getNow();
        Map<String, String> all = new LinkedHashMap<>();
        all.put(":method", "POST");
        all.put(":scheme", "http");
        all.put(":path", "/" + method);
        all.put(":authority", server.getAuthority());
        all.put("te", "trailers");
        all.put("content-type", "application/grpc");
        all.putAll(headers);
        var head = new DefaultHttp2Headers();
        all.forEach((name, value) -> {
            if (!value.isEmpty()) {
                head.set(name, value);
            }
        });
        stream.writeAndFlush(new DefaultHttp2HeadersFrame(head, false));
    }

    /** One DATA frame; what no longer gets through, because the server has ended the stream, is nobody's fault. */
    public RawStream data(byte... bytes) {
        stream.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(bytes), false));
        return this;
    }

    /** A whole message in a frame of its own. */
    public RawStream message(byte[] message) {
        return data(framed(message));
    }

    /** There is nothing more to come. */
    public RawStream halfClose() {
        stream.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.EMPTY_BUFFER, true));
        return this;
    }

    /** With the prefix that says its length. */
    public static byte[] framed(byte[] message) {
        return Frames.framed(message);
    }

    /** Waits until there are so many messages, and answers them. */
    public List<byte[]> messages(int count) {
        return Expect.eventually(
                count + " messages", () -> Optional.of(answer.messages()).filter(all -> all.size() >= count));
    }

    public boolean isOver() {
        return answer.end().isPresent();
    }

    /** Waits for the end of the call: its status, or how else the server ended it. */
    public Refusal end() {
        return Expect.eventually("the end of the call", answer::end);
    }

    /** Of the answer; empty when it has none of that name. */
    public String header(String name) {
        return answer.header(name);
    }

    /** The frames of the answer so far, by their types; the one that ends it with {@code END_STREAM}. */
    public List<String> frames() {
        return answer.kinds();
    }

    @Override
    public void close() {
        loop.shutdownGracefully();
    }

    /** What comes back. Written by the loop, read by the test. */
    private static final class Answer extends ChannelInboundHandlerAdapter {
        private final Map<String, String> headers = new LinkedHashMap<>();
        private final List<byte[]> messages = new ArrayList<>();
        private final Frames frames = new Frames(this::frame);
        private final List<String> kinds = new ArrayList<>();
        private Optional<Refusal> end = Optional.empty();

        @Override
        public synchronized void channelRead(ChannelHandlerContext context, Object frame) {
            if (frame instanceof Http2HeadersFrame head) {
                kinds.add("HEADERS" + (head.isEndStream() ? " END_STREAM" : ""));
                // Trailers are fields like others here.
                head.headers()
                        .forEach(field -> headers.put(
                                field.getKey().toString(), field.getValue().toString()));
                if (head.isEndStream()) {
                    end(status());
                }
            } else if (frame instanceof Http2DataFrame data) {
                kinds.add("DATA" + (data.isEndStream() ? " END_STREAM" : ""));
                if (isGrpc()) {
                    frames.read(ByteBufUtil.getBytes(data.content()));
                }
                data.release();
                if (data.isEndStream()) {
                    end(status());
                }
            }
        }

        private void frame(int flags, byte[] content) {
            if ((flags & TRAILERS) == 0) {
                messages.add(content);
                return;
            }
            new String(content, StandardCharsets.US_ASCII).lines().forEach(line -> {
                var colon = line.indexOf(':');
                headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
            });
        }

        private boolean isGrpc() {
            return headers.getOrDefault("content-type", "").startsWith("application/grpc");
        }

        private Refusal status() {
            var http = headers.get(":status");
            var status = headers.get("grpc-status");
            if (status == null) {
                return new Refusal(String.valueOf(http), "", "", "");
            }
            return new Refusal(
                    Status.fromCodeValue(Integer.parseInt(status)).getCode().name(),
                    headers.getOrDefault("sluice-reason", ""),
                    headers.getOrDefault("sluice-field", ""),
                    // A plus is a plus there.
                    URLDecoder.decode(
                            headers.getOrDefault("grpc-message", "").replace("+", "%2B"), StandardCharsets.UTF_8));
        }

        @Override
        public synchronized void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof Http2ResetFrame reset) {
                end(new Refusal("reset " + reset.errorCode(), "", "", ""));
            }
        }

        @Override
        public synchronized void channelInactive(ChannelHandlerContext context) {
            end(new Refusal("closed", "", "", ""));
        }

        @Override
        public synchronized void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            end(new Refusal("failed", "", "", cause.toString()));
        }

        private void end(Refusal how) {
            if (end.isEmpty()) {
                end = Optional.of(how);
            }
        }

        synchronized Optional<Refusal> end() {
            return end;
        }

        synchronized List<String> kinds() {
            return List.copyOf(kinds);
        }

        synchronized List<byte[]> messages() {
            return List.copyOf(messages);
        }

        synchronized String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }
}
