package dev.sluice.edge.operator;

import io.quarkus.websockets.next.OnError;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.mutiny.Multi;
import io.vertx.core.VertxException;
import jakarta.annotation.security.RolesAllowed;
import java.io.IOException;
import org.jboss.logging.Logger;

/**
 * {@code /q/live}: what this replica does, every two seconds, as one JSON message. Among the paths that no route of the chart leads to;
 * whoever reaches it needs the operators' role, and sees no channel and no user. On event loops.
 */
@WebSocket(path = "/q/live")
@RolesAllowed("${sluice.revocations.role:sluice-admin}")
class LiveView {
    private static final Logger LOG = Logger.getLogger(LiveView.class);

    private final Replica replica;

    LiveView(Replica replica) {
        this.replica = replica;
    }

    /** Whoever watches may leave at any time, by whatever way. */
    @OnError
    void failed(WebSocketConnection connection, Throwable failure) {
        if (connection.isClosed() || failure instanceof IOException || failure instanceof VertxException) {
            LOG.debugf("Whoever watched has left: %s", failure);
        } else {
            LOG.error("The live view failed", failure);
        }
    }

    @OnOpen
    Multi<String> open() {
        return replica.views().map(view -> view.json().toString());
    }
}
