package dev.sluice.ws;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.edge.transport.Compression;
import dev.sluice.identity.http.Connections;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import io.netty.handler.flow.FlowControlHandler;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.quarkus.websockets.next.runtime.config.WebSocketsServerRuntimeConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.Priority;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes a WebSocket of a request (RFC 6455, section 4.2), by the settings of WebSockets Next. The answer is Netty's: by Vert.x's own, a
 * socket object would stay beside the connection, and keep more than the session takes. On the request's event loop.
 */
@Singleton
@Priority(Handshake.LAST)
class Handshake implements HttpServerOptionsCustomizer {
    /** After the extension's own, which sets what it has, and with that whether messages are compressed. */
    static final int LAST = -1;

    static final String VERSION = "13";
    private static final int FRAME_BYTES = 64 * 1024;
    private static final String OFFERED = String.join(",", SocketRoute.SUBPROTOCOLS.keySet());

    private final WebSocketsServerRuntimeConfig config;
    private final Compression compression;
    /** How frames are read; each socket keeps it. */
    private final WebSocketDecoderConfig frames;

    /** A socket that is nobody else's any more, and listens when it is {@linkplain SocketOutlet#listen told to}. */
    record Upgraded(SocketOutlet outlet, @Nullable String subprotocol) {}

    Handshake(WebSocketsServerRuntimeConfig config, Compression compression) {
        this.config = config;
        this.compression = compression;
        this.frames = WebSocketDecoderConfig.newBuilder()
                .allowExtensions(isCompressing())
                .maxFramePayloadLength(config.maxFrameSize().orElse(FRAME_BYTES))
                // So that the client is told why (see Inbox).
                .closeOnProtocolViolation(false)
                .build();
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        customize(options);
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        customize(options);
    }

    /** What the extension does not pass on itself, for its own sockets; and for all whether messages may be compressed. */
    private void customize(HttpServerOptions options) {
        options.setPerMessageWebSocketCompressionSupported(isCompressing());
        options.setPerFrameWebSocketCompressionSupported(false);
        // A client that asks for it saves the memory of a window here (RFC 7692, section 7.1.1.1).
        options.setWebSocketAllowServerNoContext(true);
        config.maxFrameSize().ifPresent(options::setMaxWebSocketFrameSize);
        config.maxMessageSize().ifPresent(options::setMaxWebSocketMessageSize);
    }

    private boolean isCompressing() {
        return compression.isEnabled() || config.perMessageCompressionSupported();
    }

    /** Why this is no handshake (section 4.2.1); empty when it is one. */
    static Optional<Problem> problem(HttpServerRequest request) {
        HttpHeaders headers = copy(request.headers());
        if (!"websocket".equalsIgnoreCase(headers.get(HttpHeaderNames.UPGRADE))
                || !"GET".equals(request.method().name())) {
            return Optional.of(new Problem(Reason.UPGRADE_REQUIRED, "Upgrade", "this is a WebSocket"));
        }
        if (!VERSION.equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            return Optional.of(new Problem(
                    Reason.UPGRADE_REQUIRED, "Sec-WebSocket-Version", "only version " + VERSION + " is known"));
        }
        if (!headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)) {
            return Optional.of(Problem.malformed("Connection", "a handshake says Connection: Upgrade"));
        }
        if (!headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)) {
            return Optional.of(Problem.malformed("Sec-WebSocket-Key", "a handshake has a key"));
        }
        return headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
                        || !headers.get(HttpHeaderNames.CONTENT_LENGTH, "0").equals("0")
                ? Optional.of(Problem.malformed("body", "a handshake has none"))
                : Optional.empty();
    }

    /** Answers what is one. Fails when the client has gone. */
    Future<Upgraded> answer(HttpServerRequest request) {
        Promise<Upgraded> upgraded = Promise.promise();
        Future<Void> read = request.isEnded() ? Future.succeededFuture() : request.end();
        // It may have been paused until it was known whose it is.
        request.resume();
        read.onSuccess(end -> answer(request, upgraded)).onFailure(upgraded::fail);
        return upgraded.future();
    }

    private void answer(HttpServerRequest request, Promise<Upgraded> upgraded) {
        Context context = Objects.requireNonNull(Vertx.currentContext(), "a request is answered on its context");
        Channel channel = Connections.channel(request);
        ChannelPipeline pipeline = channel.pipeline();
        Deflation.negotiate(pipeline, request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS));
        // What the client sends at once waits until somebody is there for it.
        channel.config().setAutoRead(false);
        pipeline.addAfter(pipeline.context(HttpRequestDecoder.class).name(), null, new FlowControlHandler());
        var handshaker = new WebSocketServerHandshaker13("", OFFERED, frames);
        handshaker
                .handshake(channel, head(request), copy(request.response().headers()), channel.newPromise())
                .addListener(answered -> {
                    if (answered.isSuccess()) {
                        // Not within a read, which may be what this is told in.
                        context.runOnContext(later -> take(request, channel, handshaker, upgraded));
                    } else {
                        upgraded.fail(answered.cause());
                    }
                });
    }

    private void take(
            HttpServerRequest request,
            Channel channel,
            WebSocketServerHandshaker13 handshaker,
            Promise<Upgraded> upgraded) {
        var outlet = SocketOutlet.of(request.response(), channel, compression);
        upgraded.complete(new Upgraded(outlet, handshaker.selectedSubprotocol()));
    }

    private static FullHttpRequest head(HttpServerRequest request) {
        return new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.GET,
                request.uri(),
                Unpooled.EMPTY_BUFFER,
                copy(request.headers()),
                new DefaultHttpHeaders());
    }

    private static HttpHeaders copy(MultiMap headers) {
        var copy = new DefaultHttpHeaders(false);
        headers.forEach(header -> copy.add(header.getKey(), header.getValue()));
        return copy;
    }
}
