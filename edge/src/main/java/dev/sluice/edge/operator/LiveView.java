package dev.sluice.edge.operator;

import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.WebSocket;
import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;

/**
 * {@code /q/live}: what this replica does, every two seconds, as one JSON message. Among the paths that no route of the chart leads to;
 * whoever reaches it needs the operators' role, and sees no channel and no user. On event loops.
 */
@WebSocket(path = "/q/live")
@RolesAllowed("${sluice.revocations.role:sluice-admin}")
class LiveView {
    private final Replica replica;

    LiveView(Replica replica) {
        this.replica = replica;
    }

    @OnOpen
    Multi<String> open() {
        return replica.views().map(view -> view.json().toString());
    }
}
