package dev.sluice.bench.peer;

import dev.sluice.bench.load.Marker;
import dev.sluice.bench.server.Records;
import dev.sluice.bench.server.Server;
import java.io.IOException;

/** Sends events that hold the data of the edge's, without the envelope that an edge puts around them. */
abstract class PeerServer implements Server {
    private final String text;
    private int nextId = 1_000_000;

    PeerServer(int payload) {
        this.text = "x".repeat(payload);
    }

    /** To all clients, in the order of the calls. */
    abstract void send(String json) throws IOException;

    @Override
    public void sendAll(int events) throws IOException {
        for (int i = 0; i < events; i++) {
            send(Records.json(nextId++, text + (i == events - 1 ? Marker.TEXT : "")));
        }
    }

    @Override
    public void sendNext() throws IOException {
        send(Records.json(nextId++, text));
    }

    /** It asks nobody for one. */
    @Override
    public String token() {
        return "none";
    }
}
