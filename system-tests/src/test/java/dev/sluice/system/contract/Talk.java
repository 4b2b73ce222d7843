package dev.sluice.system.contract;

import dev.sluice.client.Conversation;
import dev.sluice.client.grpc.ConnectClient;
import dev.sluice.client.websocket.Subprotocol;
import dev.sluice.client.websocket.WebSocketClient;
import dev.sluice.local.Component;
import dev.sluice.system.client.Documented;
import dev.sluice.system.stack.Sluice;
import java.net.URI;
import java.util.function.BiFunction;

/** Every way in which one can hold a conversation. */
public enum Talk {
    WEBSOCKET(Component.WS_EDGE, (edge, token) -> WebSocketClient.connect(edge, token, Documented.json())),
    WEBSOCKET_PROTOBUF(Component.WS_EDGE, (edge, token) -> WebSocketClient.connect(edge, token, Subprotocol.PROTOBUF)),
    WEBSOCKET_CLOUDEVENTS(
            Component.WS_EDGE, (edge, token) -> WebSocketClient.connect(edge, token, Documented.cloudEvents())),
    GRPC_CONNECT(Component.GRPC_EDGE, ConnectClient::connect);

    private final Component edge;
    private final BiFunction<URI, String, Conversation> opener;

    Talk(Component edge, BiFunction<URI, String, Conversation> opener) {
        this.edge = edge;
        this.opener = opener;
    }

    public Component edge() {
        return edge;
    }

    public Conversation open(Sluice sluice, String token) {
        return opener.apply(sluice.url(edge), token);
    }
}
