package dev.sluice.bench.peer;

import dev.sluice.bench.load.Handshake;
import dev.sluice.bench.load.Protocol;
import dev.sluice.bench.server.Server;
import java.io.IOException;
import java.util.Set;

/** A server of others that sends the same events to the same clients. */
public enum Peer {
    NCHAN("nchan", Set.of(Protocol.SSE, Protocol.WS)) {
        @Override
        public Server start(int payload) throws IOException, InterruptedException, Unavailable {
            return Nchan.start(payload);
        }
    },
    WS("ws", Set.of(Protocol.WS)) {
        @Override
        public Server start(int payload) throws IOException, InterruptedException, Unavailable {
            return NodeServer.start("ws.mjs", Handshake.NONE, payload);
        }
    },
    SOCKET_IO("socketio", Set.of(Protocol.WS)) {
        @Override
        public Server start(int payload) throws IOException, InterruptedException, Unavailable {
            return NodeServer.start("socket.io.mjs", SOCKET_IO_HANDSHAKE, payload);
        }
    };

    /** <a href="https://socket.io/docs/v4/engine-io-protocol/">Engine.IO 4</a>, then a CONNECT packet of Socket.IO and the answer to it. */
    private static final Handshake SOCKET_IO_HANDSHAKE = new Handshake("&EIO=4&transport=websocket", "40", "40{");

    private final String title;
    private final Set<Protocol> protocols;

    Peer(String title, Set<Protocol> protocols) {
        this.title = title;
        this.protocols = protocols;
    }

    /** As it is called in the figures. */
    public String title() {
        return title;
    }

    public boolean speaks(Protocol protocol) {
        return protocols.contains(protocol);
    }

    /**
     * Gets it where it is not there yet, starts it, and waits until it listens.
     *
     * @param payload bytes of text an event
     */
    public abstract Server start(int payload) throws IOException, InterruptedException, Unavailable;
}
