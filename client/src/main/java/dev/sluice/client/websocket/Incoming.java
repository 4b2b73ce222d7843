package dev.sluice.client.websocket;

import dev.sluice.client.Demand;
import dev.sluice.client.Mailbox;
import dev.sluice.client.Refusal;
import java.io.ByteArrayOutputStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What the server sends: puts messages together, and asks for more only when it may. */
final class Incoming implements WebSocket.Listener {

    private final Subprotocol subprotocol;
    private final Mailbox mailbox;
    private final Demand demand = new Demand(this::request);
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
    private volatile @Nullable WebSocket socket;

    Incoming(Subprotocol subprotocol, Mailbox mailbox) {
        this.subprotocol = subprotocol;
        this.mailbox = mailbox;
    }

    Demand demand() {
        return demand;
    }

    void abort() {
        var present = socket;
        if (present != null) {
            present.abort();
        }
    }

    @Override
    public void onOpen(WebSocket opened) {
        socket = opened;
        demand.more();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        text.append(part);
        if (last) {
            var whole = text.toString();
            text.setLength(0);
            received(new Subprotocol.Message.Text(whole));
        }
        demand.more();
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer part, boolean last) {
        var bytes = new byte[part.remaining()];
        part.get(bytes);
        binary.writeBytes(bytes);
        if (last) {
            var whole = binary.toByteArray();
            binary.reset();
            received(new Subprotocol.Message.Binary(whole));
        }
        demand.more();
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
        demand.more();
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
        demand.more();
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        mailbox.end(new Refusal(Integer.toString(code), reason, "", ""));
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        mailbox.end(new Refusal("connection lost", "", "", error.toString()));
    }

    private void received(Subprotocol.Message message) {
        try {
            mailbox.add(subprotocol.read(message));
        } catch (RuntimeException violation) {
            mailbox.violated(violation);
        }
    }

    private void request(long messages) {
        var present = socket;
        if (present != null) {
            present.request(messages);
        }
    }
}
