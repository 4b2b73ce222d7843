package dev.sluice.client.websocket;

import dev.sluice.client.Conversation;
import dev.sluice.client.Credential;
import dev.sluice.client.Mailbox;
import dev.sluice.client.NewEvent;
import dev.sluice.client.Refusal;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.client.http.Http;
import java.net.URI;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A WebSocket to {@code /v1/ws}. What is sent before the handshake is done goes out after it. */
public final class WebSocketClient implements Conversation {

    private final Subprotocol subprotocol;
    private final Mailbox mailbox = new Mailbox();
    private final Incoming incoming;
    private CompletableFuture<WebSocket> sent;

    private WebSocketClient(URI edge, Credential credential, Subprotocol subprotocol, SubscriptionRequest request) {
        this.subprotocol = subprotocol;
        this.incoming = new Incoming(subprotocol, mailbox);
        var builder = Http.CLIENT.newWebSocketBuilder();
        if (credential.subprotocol().isEmpty()) {
            builder.subprotocols(subprotocol.name());
        } else {
            builder.subprotocols(subprotocol.name(), credential.subprotocol());
        }
        credential.headers().forEach(builder::header);
        var query = Http.query(credential.in(request));
        var uri = URI.create("ws://" + edge.getAuthority() + "/v1/ws" + (query.isEmpty() ? "" : "?" + query));
        this.sent = builder.buildAsync(uri, incoming).whenComplete(this::connected);
    }

    public static WebSocketClient connect(URI edge, String token, Subprotocol subprotocol) {
        return connect(edge, Credential.bearer(token), subprotocol);
    }

    public static WebSocketClient connect(URI edge, Credential credential, Subprotocol subprotocol) {
        return new WebSocketClient(edge, credential, subprotocol, SubscriptionRequest.to());
    }

    /** With a subscription in the URL. */
    public static WebSocketClient connect(
            URI edge, String token, Subprotocol subprotocol, SubscriptionRequest request) {
        return new WebSocketClient(edge, Credential.bearer(token), subprotocol, request);
    }

    private void connected(@Nullable WebSocket socket, @Nullable Throwable failure) {
        if (socket != null && !socket.getSubprotocol().equals(subprotocol.name())) {
            mailbox.violated(new IllegalStateException("the subprotocol is " + socket.getSubprotocol()));
        }
        var cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        if (cause instanceof WebSocketHandshakeException handshake) {
            // This client does not show the body; see RawHandshake.
            mailbox.end(new Refusal(
                    Integer.toString(handshake.getResponse().statusCode()), "", "", "the handshake was refused"));
        } else if (cause != null) {
            mailbox.end(new Refusal("connection failed", "", "", cause.toString()));
        }
    }

    /** Any text, also one that the server can't use. */
    public void sendText(String text) {
        send(socket -> socket.sendText(text, true));
    }

    /** Any bytes. */
    public void sendBinary(byte[] bytes) {
        send(socket -> socket.sendBinary(ByteBuffer.wrap(bytes), true));
    }

    private void send(Subprotocol.Message message) {
        if (message instanceof Subprotocol.Message.Text text) {
            sendText(text.text());
        } else if (message instanceof Subprotocol.Message.Binary binary) {
            sendBinary(binary.bytes());
        }
    }

    /** One after the other, as this client wants it. A failure shows as the end of the connection. */
    private synchronized void send(Function<WebSocket, CompletableFuture<WebSocket>> message) {
        sent = sent.thenCompose(message);
    }

    @Override
    public void subscribe(String id, SubscriptionRequest request) {
        send(subprotocol.subscribe(id, request));
    }

    @Override
    public void unsubscribe(String id, String subscription) {
        send(subprotocol.unsubscribe(id, subscription));
    }

    @Override
    public void publish(String id, NewEvent event) {
        send(subprotocol.publish(id, event));
    }

    @Override
    public void ack(String id, String subscription, String cursor) {
        send(subprotocol.ack(id, subscription, cursor));
    }

    @Override
    public void auth(String id, String token) {
        send(subprotocol.auth(id, token));
    }

    @Override
    public void ping(String id) {
        send(subprotocol.ping(id));
    }

    @Override
    public Mailbox mailbox() {
        return mailbox;
    }

    @Override
    public void pauseReading() {
        incoming.demand().pause();
    }

    @Override
    public void resumeReading() {
        incoming.demand().resume();
    }

    /** Without a close frame: the harder way to go. */
    @Override
    public void close() {
        sent.thenAccept(WebSocket::abort);
        incoming.abort();
    }
}
