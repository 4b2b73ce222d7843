package dev.sluice.bench.extensions;

import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.WebSocket;
import io.smallrye.mutiny.Multi;

/** WebSockets Next's way. */
@WebSocket(path = "/v1/ws")
public class Socket {
    private final Feed feed;

    Socket(Feed feed) {
        this.feed = feed;
    }

    @OnOpen
    public Multi<String> open() {
        return feed.of(String.class, "{\"op\":\"open\"}");
    }
}
