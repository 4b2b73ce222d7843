package dev.sluice.system.js;

import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.client.Json;
import dev.sluice.local.Component;
import dev.sluice.system.stack.Sluice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fault table of clients/js: each fault on each transport, every event exactly once and in order (test/real/faults.mjs). */
@Tag("full")
class ClientFaultsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(20);
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

    @ParameterizedTest
    @Timeout(value = 25, unit = TimeUnit.MINUTES)
    @ValueSource(strings = {"node", "chromium"})
    void shouldGetEverythingOnceAndInOrder(String host) throws Exception {
        var node = Node.inClient();
        if (host.equals("chromium")) {
            assumeThat(Files.isExecutable(CHROMIUM)).as("%s", CHROMIUM).isTrue();
        }
        try (var sluice = new Sluice(Sluice.builder("client-js-" + host)
                        .only(
                                Component.KAFKA,
                                Component.IDENTITY,
                                Component.PUBLISHER,
                                Component.SSE_EDGE,
                                Component.WS_EDGE)
                        .start());
                var desk = new Desk(sluice)) {
            node.run(
                    PATIENCE,
                    "test/real/faults.mjs",
                    Json.object()
                            .put("host", host)
                            .put("sse", sluice.url(Component.SSE_EDGE).toString())
                            .put("ws", sluice.url(Component.WS_EDGE).toString())
                            .put("publish", sluice.url(Component.PUBLISHER).toString())
                            .put("desk", desk.url())
                            .put("only", System.getProperty("sluice.js.only", ""))
                            .toString());
        }
    }
}
