package dev.sluice.system.limit;

import static dev.sluice.system.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.Component;
import dev.sluice.system.client.Connection;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.load.Footprint;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Floods of HTTP/2 frames: who sends them is closed, and others are served meanwhile. */
@ExtendWith(SharedSluice.class)
class FloodIT {
    /** Far more than it takes. */
    private static final int MOST_PIECES = 2_000_000;

    private static final int AT_A_TIME = 100;
    private static final int FLOODS = 2;
    private static final int PROBES = 10;
    private static final double MOST_GROWTH_MB = 24;

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
    void shouldCloseWhoFloodsAndServeOthers(Component service, Flood flood) throws Exception {
        var channel = Sluice.unique("rooms.flood");
        var watched = Protocol.MAIN.stream()
                .filter(protocol -> protocol.edge() == service)
                .findFirst()
                .orElse(Protocol.SSE);
        var process = sluice.stack().service(service);
        var pid = process.pid();
        try (var other = sluice.subscribe(watched, to(channel))) {
            Expect.started(other);
            var before = Footprint.of(process);
            var alone = median(probes(other, channel, PROBES));

            var pieces = new ArrayList<Integer>();
            var flooding = CompletableFuture.runAsync(
                    () -> {
                        for (var i = 0; i < FLOODS; i++) {
                            pieces.add(flood(service, flood));
                        }
                    },
                    task -> new Thread(task, "flood").start());
            var meanwhile = new ArrayList<Long>();
            do {
                meanwhile.addAll(probes(other, channel, 1));
            } while (!flooding.isDone());
            flooding.get();

            var after = Footprint.of(process);
            System.out.printf(
                    Locale.ROOT,
                    "FloodIT: %s on %s: closed after %s pieces; %d events to another client meanwhile, median %.1f ms, %.1f times that alone; before %s, after %s%n",
                    flood,
                    service,
                    pieces,
                    meanwhile.size(),
                    median(meanwhile) / 1e6,
                    (double) median(meanwhile) / alone,
                    before,
                    after);
            assertThat(pieces).hasSize(FLOODS).allMatch(count -> count < MOST_PIECES);
            assertThat((after.heap() + after.direct() - before.heap() - before.direct()) / 1e6)
                    .isLessThan(MOST_GROWTH_MB);
            assertThat(process.pid()).isEqualTo(pid);
            assertThat(process.isReady()).isTrue();
            assertThat(other.ended()).isEmpty();
        }
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

    /** From the post to the event, in ns. */
    private List<Long> probes(Connection client, String channel, int count) {
        var times = new ArrayList<Long>();
        for (var i = 0; i < count; i++) {
            var text = Sluice.unique("probe");
            var begin = System.nanoTime();
            sluice.producer().text(channel, text);
            Expect.eventWith(client, text);
            times.add(System.nanoTime() - begin);
        }
        return times;
    }

    private static long median(List<Long> times) {
        return times.stream().sorted().skip(times.size() / 2).findFirst().orElseThrow();
    }
}
