package dev.sluice.bench.load;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.concurrent.Future;

/** Opens the one stream of a connection of HTTP/2: gRPC's, or an event stream. */
final class Http2Start extends ChannelInboundHandlerAdapter {
    private static final int WINDOW = 1 << 20;

    private final Http2FrameCodec codec;
    private final Http2Headers headers;
    /** Empty: there is none. */
    private final byte[] message;

    private final ChannelHandler reader;

    private Http2Start(Http2FrameCodec codec, Http2Headers headers, byte[] message, ChannelHandler reader) {
        this.codec = codec;
        this.headers = headers;
        this.message = message;
        this.reader = reader;
    }

    /** @param reader of the stream */
    static void addTo(
            ChannelPipeline pipeline, Protocol protocol, Listening wanted, String token, ChannelHandler reader) {
        Http2FrameCodec codec = Http2FrameCodecBuilder.forClient()
                .initialSettings(Http2Settings.defaultSettings().initialWindowSize(WINDOW))
                .build();
        byte[] message = protocol == Protocol.GRPC ? protocol.request(wanted, token, Handshake.NONE) : new byte[0];
        pipeline.addLast(codec, new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
        pipeline.addLast(new Http2Start(codec, protocol.headers(wanted, token), message, reader));
    }

    @Override
    public void channelActive(ChannelHandlerContext context) throws Http2Exception {
        codec.connection()
                .local()
                .flowController()
                .incrementWindowSize(codec.connection().connectionStream(), WINDOW);
        new Http2StreamChannelBootstrap(context.channel())
                .handler(reader)
                .open()
                .addListener((Future<Channel> opened) -> {
                    Channel stream = opened.getNow();
                    stream.write(new DefaultHttp2HeadersFrame(headers, message.length == 0));
                    if (message.length > 0) {
                        stream.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(message), true));
                    }
                    stream.flush();
                });
    }
}
