package dev.sluice.ws;

import dev.sluice.edge.transport.Compression;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.quarkus.websockets.next.runtime.config.WebSocketsServerRuntimeConfig;
import io.vertx.core.http.HttpServerOptions;
import jakarta.annotation.Priority;
import jakarta.inject.Singleton;

/**
 * Gives those settings of WebSockets Next to Vert.x, which does the handshake, that the extension does not pass on itself, as it does the
 * subprotocols.
 */
@Singleton
@Priority(Handshake.LAST)
class Handshake implements HttpServerOptionsCustomizer {
    /** After the extension's own, which sets what it has, and with that whether messages are compressed. */
    static final int LAST = -1;

    private final WebSocketsServerRuntimeConfig config;
    private final Compression compression;

    Handshake(WebSocketsServerRuntimeConfig config, Compression compression) {
        this.config = config;
        this.compression = compression;
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        customize(options);
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        customize(options);
    }

    private void customize(HttpServerOptions options) {
        options.setPerMessageWebSocketCompressionSupported(
                compression.isEnabled() || config.perMessageCompressionSupported());
        options.setPerFrameWebSocketCompressionSupported(false);
        // A client that asks for it saves the memory of a window here (RFC 7692, section 7.1.1.1).
        options.setWebSocketAllowServerNoContext(true);
        config.maxFrameSize().ifPresent(options::setMaxWebSocketFrameSize);
        config.maxMessageSize().ifPresent(options::setMaxWebSocketMessageSize);
    }
}
