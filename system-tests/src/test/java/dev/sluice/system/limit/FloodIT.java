package dev.sluice.system.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Background;
import dev.sluice.client.http.Http2Frames;
import dev.sluice.local.Component;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Floods of HTTP/2 frames: who sends them is closed, and others are served meanwhile. */
@Tag("full")
@ExtendWith(SharedSluice.class)
class FloodIT {
    /** Far more than it takes. */
    private static final int MOST_PIECES = 2_000_000;

    /** Twice as many answers as the default rate allows for within some ten seconds. */
    private static final long MOST_ANSWERED = 512 * 1024;

    private static final int AT_A_TIME = 100;
    private static final int FLOODS = 2;

    private final Sluice sluice;

    FloodIT(Sluice sluice) {
        this.sluice = sluice;
    }

    static Stream<Arguments> floodsOfServices() {
        return Sluice.SERVICES.stream()
                .flatMap(service -> Arrays.stream(Flood.values()).map(flood -> Arguments.of(service, flood)));
    }

    static Stream<Arguments> floodsThatAreReadOfServices() {
        return floodsOfServices().filter(arguments -> ((Flood) arguments.get()[1]).isWorseWithReader());
    }

    @ParameterizedTest
    @MethodSource("floodsThatAreReadOfServices")
    void shouldCloseWhoFloodsAndReadsTheAnswers(Component service, Flood flood) {
        new UnderAttack(sluice, service).serveOthers(flood.name() + ", read", () -> {
            var begin = System.nanoTime();
            var sent = flood(service, flood, true);
            assertThat(sent.pieces()).isLessThan(MOST_PIECES);
            // What fits into the sockets' buffers is sent, too, however soon the server has stopped reading.
            assertThat(sent.answered()).as("bytes of answers").isLessThan(MOST_ANSWERED);
            return "closed after at most " + sent.pieces() + " pieces, " + sent.answered() + " bytes of answers and "
                    + (System.nanoTime() - begin) / 1_000_000 + " ms";
        });
    }

    /** Without a token: each costs a thread's work. */
    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldCloseWhoAsksWithoutWaitingForAnswers(Component service) {
        new UnderAttack(sluice, service).serveOthers("HEALTH_CHECKS", () -> {
            var begin = System.nanoTime();
            var request = "GET /q/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            var sent = send(service, new byte[0], number -> request, true).pieces();
            assertThat(sent).isLessThan(MOST_PIECES);
            return "closed after at most " + sent + " requests and " + (System.nanoTime() - begin) / 1_000_000 + " ms";
        });
    }

    @ParameterizedTest
    @MethodSource("floodsOfServices")
    void shouldCloseWhoFloodsAndServeOthers(Component service, Flood flood) {
        new UnderAttack(sluice, service).serveOthers(flood.name(), () -> {
            var begin = System.nanoTime();
            var pieces = new ArrayList<Integer>();
            for (var i = 0; i < FLOODS; i++) {
                pieces.add(flood(service, flood, false).pieces());
            }
            assertThat(pieces).allMatch(count -> count < MOST_PIECES);
            return "closed after " + pieces + " pieces and, both, " + (System.nanoTime() - begin) / 1_000_000 + " ms";
        });
    }

    /** @param answered bytes that came back, where they were read */
    private record Sent(int pieces, long answered) {}

    private Sent flood(Component service, Flood flood, boolean reading) {
        var token = sluice.token("mallory");
        return send(service, Http2Frames.opening(), number -> flood.piece(number, token), reading);
    }

    /** Until the server closes the connection. */
    private Sent send(Component service, byte[] opening, IntFunction<byte[]> pieces, boolean reading) {
        try (var socket = new Socket();
                var reader = new Background()) {
            if (!reading) {
                socket.setReceiveBufferSize(4_096);
            }
            socket.connect(
                    new InetSocketAddress("127.0.0.1", sluice.url(service).getPort()));
            var answered = reading ? reader.call(() -> drain(socket)) : CompletableFuture.completedFuture(0L);
            var out = socket.getOutputStream();
            out.write(opening);
            for (var piece = 0; piece < MOST_PIECES; piece += AT_A_TIME) {
                var batch = new ByteArrayOutputStream();
                for (var i = 0; i < AT_A_TIME; i++) {
                    batch.writeBytes(pieces.apply(piece + i));
                }
                try {
                    out.write(batch.toByteArray());
                } catch (IOException closed) {
                    return new Sent(piece, answered.join());
                }
            }
            return new Sent(MOST_PIECES, 0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long drain(Socket socket) {
        long bytes = 0;
        try {
            var buffer = new byte[64 * 1024];
            for (int read = 0; read >= 0; read = socket.getInputStream().read(buffer)) {
                bytes += read;
            }
            return bytes;
        } catch (IOException closed) {
            return bytes;
        }
    }
}
