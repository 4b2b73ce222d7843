package dev.sluice.system.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.http.Http2Frames;
import dev.sluice.local.Component;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Floods of HTTP/2 frames: who sends them is closed, and others are served meanwhile. */
@Tag("full")
@ExtendWith(SharedSluice.class)
class FloodIT {
    /** Far more than it takes. */
    private static final int MOST_PIECES = 2_000_000;

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

    @ParameterizedTest
    @MethodSource("floodsOfServices")
    void shouldCloseWhoFloodsAndServeOthers(Component service, Flood flood) {
        new UnderAttack(sluice, service).serveOthers(flood.name(), () -> {
            var pieces = new ArrayList<Integer>();
            for (var i = 0; i < FLOODS; i++) {
                pieces.add(flood(service, flood));
            }
            assertThat(pieces).allMatch(count -> count < MOST_PIECES);
            return "closed after " + pieces + " pieces";
        });
    }

    /** @return how many pieces it took until the server closed the connection */
    private int flood(Component service, Flood flood) {
        var token = sluice.token("mallory");
        try (var socket = new Socket()) {
            // Nobody reads what comes back.
            socket.setReceiveBufferSize(4_096);
            socket.connect(
                    new InetSocketAddress("127.0.0.1", sluice.url(service).getPort()));
            var out = socket.getOutputStream();
            out.write(Http2Frames.opening());
            for (var piece = 0; piece < MOST_PIECES; piece += AT_A_TIME) {
                var batch = new ByteArrayOutputStream();
                for (var i = 0; i < AT_A_TIME; i++) {
                    batch.writeBytes(flood.piece(piece + i, token));
                }
                try {
                    out.write(batch.toByteArray());
                } catch (IOException closed) {
                    return piece;
                }
            }
            return MOST_PIECES;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
