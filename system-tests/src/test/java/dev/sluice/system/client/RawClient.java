package dev.sluice.system.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** A connection down to the bytes, from an address of one's choice. One thread reads, one writes. */
public final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    private RawClient(Socket socket) {
        this.socket = socket;
    }

    public static RawClient connect(URI server) {
        return connect(server, "127.0.0.1");
    }

    /** @param from an address of this machine */
    public static RawClient connect(URI server, String from) {
        var socket = new Socket();
        try {
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(new InetSocketAddress("127.0.0.1", server.getPort()));
            socket.setSoTimeout(Math.toIntExact(Expect.PATIENCE.toMillis()));
            return new RawClient(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public RawClient send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawClient send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What comes from here on, in bytes. */
    public InputStream input() {
        try {
            return socket.getInputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads until something of it is found; answers all that came so far. */
    public String readUntil(String expected) {
        var pattern = Pattern.compile(expected);
        try {
            while (!pattern.matcher(text()).find()) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    throw new AssertionError("waited for " + expected + ", but the server closed after: " + text());
                }
                received.write(next);
            }
            return text();
        } catch (SocketTimeoutException late) {
            throw new AssertionError("waited in vain for " + expected + ", received: " + text(), late);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads to the end of the connection, which is the server's doing; answers all that came. */
    public String awaitEnd() {
        try {
            for (int next = socket.getInputStream().read();
                    next >= 0;
                    next = socket.getInputStream().read()) {
                received.write(next);
            }
            return text();
        } catch (SocketTimeoutException late) {
            throw new AssertionError("the server does not close the connection, received: " + text(), late);
        } catch (SocketException reset) {
            // So it ends too.
            return text();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String text() {
        return received.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
