package dev.sluice.edge.operator;

import io.quarkus.websockets.next.OnError;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.common.annotation.NonBlocking;
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

    /**
     * Sends by itself: Quarkus, which would send what is returned, takes it for an error of ours when the watcher has gone meanwhile.
     */
    @OnOpen
    @NonBlocking
    void open(WebSocketConnection connection) {
        replica.views()
                .select()
                .first(view -> connection.isOpen())
                .onItem()
                .transformToUniAndConcatenate(
                        view -> connection.sendText(view.json().toString()))
                .subscribe()
                .with(sent -> {}, failure -> failed(connection, failure));
    }
}
