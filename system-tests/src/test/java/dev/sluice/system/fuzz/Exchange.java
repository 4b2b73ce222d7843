package dev.sluice.system.fuzz;

import dev.sluice.system.client.Expect;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/** A connection on which nobody knows what comes back, or whether something does. One thread. */
final class Exchange implements AutoCloseable {
    private static final int QUIET_MILLIS = 150;
    private static final int PATIENCE_MILLIS = Math.toIntExact(Expect.PATIENCE.toMillis());

    private final Socket socket;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    private Exchange(Socket socket) {
        this.socket = socket;
    }

    static Exchange with(URI service) {
        try {
            var socket = new Socket("127.0.0.1", service.getPort());
            socket.setTcpNoDelay(true);
            return new Exchange(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #send}, of what is whole: it is answered or closed without another word. */
    String ask(byte[] bytes, Predicate<String> answered) throws Unanswered {
        return send(bytes, answered, true);
    }

    /**
     * Sends it, and reads until it is answered or the server has closed the connection. After a while it is said that nothing more will
     * come, which whoever waits for more can't but take as the end.
     *
     * @param answered of all that came so far, a byte a character
     * @return all that came so far
     * @throws Unanswered when neither comes
     */
    String send(byte[] bytes, Predicate<String> answered) throws Unanswered {
        return send(bytes, answered, false);
    }

    private String send(byte[] bytes, Predicate<String> answered, boolean whole) throws Unanswered {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException closed) {
            // It has seen enough before the end. What it said is read all the same.
            return read(answered, whole);
        }
        return read(answered, whole);
    }

    private String read(Predicate<String> answered, boolean whole) throws Unanswered {
        var finished = whole;
        var buffer = new byte[16 * 1024];
        try {
            socket.setSoTimeout(whole ? PATIENCE_MILLIS : QUIET_MILLIS);
            while (!answered.test(text())) {
                try {
                    var length = socket.getInputStream().read(buffer);
                    if (length < 0) {
                        break;
                    }
                    received.write(buffer, 0, length);
                } catch (SocketTimeoutException quiet) {
                    if (finished) {
                        throw new Unanswered(text());
                    }
                    finished = true;
                    socket.shutdownOutput();
                    socket.setSoTimeout(PATIENCE_MILLIS);
                }
            }
            return text();
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

    /** Neither an answer nor an end. */
    static final class Unanswered extends Exception {
        private static final long serialVersionUID = 1L;

        Unanswered(String received) {
            super("neither answered nor closed; received: " + received);
        }
    }
}
