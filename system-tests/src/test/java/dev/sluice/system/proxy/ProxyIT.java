package dev.sluice.system.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.system.chart.KeyPair;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.net.http.HttpClient.Version;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The cheapest case of {@link ProxiesIT}: what most have in front, as we recommend it. */
@Tag("full")
@ExtendWith(SharedSluice.class)
class ProxyIT {
    private final Sluice sluice;

    ProxyIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void shouldCarryEventStreamsAndWebSocketsThroughNginx() throws Exception {
        assumeThat(FrontDoor.NGINX.find()).as("nginx").isPresent();
        var pair = KeyPair.of("proxy", Path.of("target/proxies"));
        try (var open = FrontDoor.NGINX.open(Form.RECOMMENDED, pair, Passage.services(sluice));
                var stream = passage(open, Way.SSE, Version.HTTP_2, pair);
                var socket = passage(open, Way.WEBSOCKET, Version.HTTP_1_1, pair)) {
            new Passages(sluice, List.of(stream, socket)).run(0);
            assertThat(List.of(stream, socket)).allMatch(Passage::isGood);
        }
    }

    private Passage passage(FrontDoor.Open open, Way way, Version version, KeyPair pair) {
        return Passage.through(FrontDoor.NGINX, Form.RECOMMENDED, open, way, version, pair, sluice.admin());
    }
}
