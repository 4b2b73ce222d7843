package dev.sluice.system.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * A network between clients and a server: it can be cut, also amid a frame, be slow, or lose a client without a word to the server.
 * Safe for use by several threads; it has two of its own for each connection.
 */
public final class Wire implements AutoCloseable {

    /** So small that the server soon feels a slow reader. */
    private static final int SERVER_BUFFER = 8 * 1024;

    private static final int PIECE = 4 * 1024;
    private static final int PIECES_A_SECOND = 8;

    /**
     * How bytes fare on their way from the server to a client.
     *
     * @param bytesUntilCut after how many more of them a connection is cut; asked once for each connection
     * @param bytesPerSecond over one connection
     * @param pieceBytes the most that is carried at a time
     */
    public record Weather(IntSupplier bytesUntilCut, int bytesPerSecond, int pieceBytes) {

        public static final Weather FAIR = new Weather(() -> Integer.MAX_VALUE, Integer.MAX_VALUE, PIECE);

        public static Weather cutting(IntSupplier bytesUntilCut) {
            return new Weather(bytesUntilCut, Integer.MAX_VALUE, PIECE);
        }

        public static Weather slow(int bytesPerSecond) {
            return new Weather(() -> Integer.MAX_VALUE, bytesPerSecond, PIECE);
        }

        /** Segments of that size, which end anywhere, also amid a character. */
        public static Weather inPieces(int bytes) {
            return new Weather(() -> Integer.MAX_VALUE, Integer.MAX_VALUE, bytes);
        }
    }

    private final InetSocketAddress server;
    private final Supplier<Weather> weather;
    private final ServerSocket listener;
    private volatile Consumer<byte[]> tap = bytes -> {};
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicLong asked = new AtomicLong();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private Wire(int serverPort, Supplier<Weather> weather) throws IOException {
        this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort);
        this.weather = weather;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    public static Wire to(URI server) throws IOException {
        return to(server, () -> Weather.FAIR);
    }

    /** @param weather asked again and again, so that it changes for connections that stand too */
    public static Wire to(URI server, Supplier<Weather> weather) throws IOException {
        return new Wire(server.getPort(), weather);
    }

    /** Where the server is on this side. */
    public URI url() {
        return URI.create("http://localhost:" + listener.getLocalPort());
    }

    /** From now on also gets every byte that the server says, from any thread. */
    public void tap(Consumer<byte[]> ear) {
        tap = ear;
    }

    /** How many bytes clients have sent so far. */
    public long asked() {
        return asked.get();
    }

    /** Cuts all connections; new ones are possible. */
    public void cut() {
        links.forEach(Link::close);
    }

    /**
     * As if the machines of those who are connected now had lost their power: the server's side of their connections stays open, and
     * nothing is said or taken there any more. New connections are as good as ever.
     */
    public void loseClients() {
        links.forEach(link -> link.lost = true);
    }

    private void accept() {
        try {
            while (true) {
                var link = new Link(listener.accept());
                links.add(link);
                threads.execute(() -> link.carry(link::answers));
            }
        } catch (IOException closed) {
            // That is how it ends.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
        threads.shutdownNow();
    }

    private interface Way {
        void carry() throws IOException;
    }

    /** One connection. */
    private final class Link {
        private final Socket near;
        private final Socket far = new Socket();
        private Weather counted = Weather.FAIR;
        private int untilCut = Integer.MAX_VALUE;
        private volatile boolean lost;

        Link(Socket near) {
            this.near = near;
        }

        /** When one end has left, or is not there, or was cut, the other is closed too; unless the server must not know. */
        void carry(Way way) {
            try {
                way.carry();
            } catch (IOException ended) {
                // No other than the end of data: nobody here asks how somebody left.
                leave();
                return;
            }
            leave();
        }

        private void leave() {
            if (!lost) {
                close();
            }
        }

        void close() {
            links.remove(this);
            try (near;
                    far) {
                lost = false;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void answers() throws IOException {
            near.setTcpNoDelay(true);
            far.setReceiveBufferSize(SERVER_BUFFER);
            far.connect(server);
            threads.execute(() -> carry(this::requests));
            var buffer = new byte[PIECE];
            while (true) {
                var now = weather.get();
                var rate = now.bytesPerSecond();
                var most = Math.max(1, Math.min(now.pieceBytes(), rate / PIECES_A_SECOND));
                var length = far.getInputStream().read(buffer, 0, most);
                if (length < 0 || lost) {
                    return;
                }
                tap.accept(Arrays.copyOf(buffer, length));
                var carried = Math.min(length, untilCut());
                near.getOutputStream().write(buffer, 0, carried);
                untilCut -= carried;
                if (carried < length) {
                    return;
                }
                if (rate < Integer.MAX_VALUE) {
                    beSlow();
                }
            }
        }

        private void requests() throws IOException {
            var buffer = new byte[PIECE];
            while (true) {
                var length = near.getInputStream().read(buffer);
                if (length < 0) {
                    return;
                }
                asked.addAndGet(length);
                if (!lost) {
                    far.getOutputStream().write(buffer, 0, length);
                }
            }
        }

        private int untilCut() {
            var now = weather.get();
            if (now != counted) {
                counted = now;
                untilCut = now.bytesUntilCut().getAsInt();
            }
            return untilCut;
        }

        /** Nobody waits for anything here: this is the slowness that was asked for. */
        private void beSlow() throws IOException {
            try {
                TimeUnit.MILLISECONDS.sleep(1_000 / PIECES_A_SECOND);
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
                throw new IOException(closed);
            }
        }
    }
}
