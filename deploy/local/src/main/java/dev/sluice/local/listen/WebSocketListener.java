package dev.sluice.local.listen;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The subprotocol {@code sluice.v1.json}: messages as they are received. */
public final class WebSocketListener implements Listener {

    private static final int NORMAL = 1000;

    @Override
    public void listen(Target target, Consumer<String> line) throws IOException, InterruptedException {
        var closed = new CompletableFuture<String>();
        var url = target.resolve("/v1/ws").toString().replaceFirst("^http", "ws");
        try {
            var socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .header("Authorization", target.authorization())
                    .subprotocols("sluice.v1.json")
                    .buildAsync(URI.create(url), new Lines(line, closed))
                    .get();
            socket.sendText(Json.subscribe(target.channels()), true).get();
            var reason = closed.get();
            if (!reason.isEmpty()) {
                throw new IOException(reason);
            }
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    private static IOException failure(@Nullable Throwable cause) {
        if (cause instanceof WebSocketHandshakeException refused) {
            return new IOException("refused: " + refused.getResponse().statusCode(), refused);
        }
        return cause instanceof IOException failed ? failed : new IOException(cause);
    }

    /** Joins the parts of each message. Called by the client, one call at a time. */
    private static final class Lines implements WebSocket.Listener {

        private final Consumer<String> line;
        private final CompletableFuture<String> closed;
        private final StringBuilder message = new StringBuilder();

        Lines(Consumer<String> line, CompletableFuture<String> closed) {
            this.line = line;
            this.closed = closed;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            message.append(part);
            if (last) {
                line.accept(message.toString());
                message.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code == NORMAL ? "" : "closed: " + code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }
}
