package dev.sluice.ws;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.quarkus.websockets.next.runtime.config.WebSocketsServerRuntimeConfig;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/**
 * Gives those settings of WebSockets Next to Vert.x, which does the handshake, that the extension does not pass on itself, as it does the
 * subprotocols.
 */
@Singleton
class Handshake implements HttpServerOptionsCustomizer {
    private final WebSocketsServerRuntimeConfig config;

    Handshake(WebSocketsServerRuntimeConfig config) {
        this.config = config;
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
        options.setPerMessageWebSocketCompressionSupported(config.perMessageCompressionSupported());
        options.setPerFrameWebSocketCompressionSupported(false);
        // A client that asks for it saves the memory of a window here (RFC 7692, section 7.1.1.1).
        options.setWebSocketAllowServerNoContext(true);
        config.compressionLevel().ifPresent(options::setWebSocketCompressionLevel);
        config.maxFrameSize().ifPresent(options::setMaxWebSocketFrameSize);
        config.maxMessageSize().ifPresent(options::setMaxWebSocketMessageSize);
    }
}
