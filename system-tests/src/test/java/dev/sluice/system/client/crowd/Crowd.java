package dev.sluice.system.client.crowd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Very many event streams at once, on plain sockets and one thread: each counts its events, and is done when it has seen so many.
 */
public final class Crowd implements AutoCloseable {
    private static final byte[] EVENT = "\ndata: #".getBytes(StandardCharsets.US_ASCII);

    /** The kernel holds little for who does not read. */
    private static final int DEAF_BUFFER = 4 * 1024;

    private final Selector selector;
    private final List<Member> members = new ArrayList<>();

    private static final class Member {
        final SocketChannel socket;
        final ByteBuffer request;
        int events;
        int matched;

        Member(SocketChannel socket, String request) {
            this.socket = socket;
            this.request = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
        }

        void read(ByteBuffer bytes) {
            while (bytes.hasRemaining()) {
                byte next = bytes.get();
                matched = next == EVENT[matched] ? matched + 1 : next == EVENT[0] ? 1 : 0;
                if (matched == EVENT.length) {
                    events++;
                    matched = 0;
                }
            }
        }
    }

    public Crowd() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connects one more; its data lines have to begin with {@code #}. */
    public void join(URI edge, String token, String query) {
        try {
            var socket = SocketChannel.open(new InetSocketAddress("127.0.0.1", edge.getPort()));
            socket.configureBlocking(false);
            var member = new Member(socket, request(token, query));
            socket.register(selector, SelectionKey.OP_READ, member);
            members.add(member);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connects one more that sends its request at once; its data lines have to begin with {@code #}. */
    public void joinAtOnce(URI edge, String token, String query) {
        join(edge, token, query);
        var member = members.get(members.size() - 1);
        try {
            while (member.request.hasRemaining()) {
                member.socket.write(member.request);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connects one that sends its request and never reads, as if its machine had gone. */
    public void joinWithoutReading(URI edge, String token, String query) {
        try {
            var socket = SocketChannel.open();
            socket.setOption(StandardSocketOptions.SO_RCVBUF, DEAF_BUFFER);
            socket.connect(new InetSocketAddress("127.0.0.1", edge.getPort()));
            var member = new Member(socket, request(token, query));
            while (member.request.hasRemaining()) {
                socket.write(member.request);
            }
            members.add(member);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String request(String token, String query) {
        return "GET /v1/stream?" + query + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                + "\r\n\r\n";
    }

    /** All send their requests now, and read until each has so many events. */
    public void readUntilEachHas(int events, Duration patience) {
        try {
            for (var member : members) {
                while (member.request.hasRemaining()) {
                    member.socket.write(member.request);
                }
            }
            var buffer = ByteBuffer.allocateDirect(256 * 1024);
            var deadline = System.nanoTime() + patience.toNanos();
            while (members.stream().anyMatch(member -> member.events < events)) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError(members.stream()
                                    .filter(member -> member.events < events)
                                    .count() + " of " + members.size() + " have not got their " + events + " events");
                }
                selector.select(key -> read((Member) key.attachment(), buffer), 1_000);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many events the one with the most has got. */
    public int most() {
        return members.stream().mapToInt(member -> member.events).max().orElse(0);
    }

    private static void read(Member member, ByteBuffer buffer) {
        try {
            buffer.clear();
            if (member.socket.read(buffer) < 0) {
                throw new AssertionError("a stream ended after " + member.events + " events");
            }
            member.read(buffer.flip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            for (var member : members) {
                member.socket.close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
