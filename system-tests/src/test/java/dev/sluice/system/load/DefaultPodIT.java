package dev.sluice.system.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sluice.client.http.Http;
import dev.sluice.local.Component;
import dev.sluice.local.RepositoryRoot;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.crowd.Crowd;
import dev.sluice.system.observe.Scrape;
import dev.sluice.system.stack.ImageFlags;
import dev.sluice.system.stack.NewestJava;
import dev.sluice.system.stack.Sluice;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The chart's default pod carries as many connections as it admits. The edge has the image's flags, and the heap and the direct memory that
 * they come to with the chart's limit; nothing here kills a process for what it takes besides, so that is compared with the limit.
 */
@Tag("full")
class DefaultPodIT {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final long MIB = 1024 * 1024;
    private static final int STEP = 500;
    /** Below what one user may have ({@code sluice.limits.connections-per-user}). */
    private static final int OF_A_USER = 5_000;

    @Test
    void shouldCarryAsManyAsItAdmitsAndRefuseOneMore() throws IOException {
        var newest = NewestJava.home();
        assumeThat(newest.isPresent() || Runtime.version().feature() >= 25)
                .as("the image's flags are for JDK 25")
                .isTrue();
        var limit = memoryLimit();
        var builder = Sluice.builder("default-pod")
                .only(Component.KAFKA, Component.IDENTITY, Component.PUBLISHER, Component.SSE_EDGE)
                .jvmFlags(Component.SSE_EDGE, flags(limit).toArray(String[]::new));
        newest.ifPresent(builder::javaHome);
        try (var sluice = new Sluice(builder.start());
                var crowd = new Crowd()) {
            var edge = sluice.stack().service(Component.SSE_EDGE);
            var pid = edge.pid();
            var admitted = (int) Scrape.of(edge.url()).sum("sluice_connections_limit", "");
            var hall = Sluice.unique("pod");
            var token = "";
            for (var i = 0; i < admitted; i++) {
                if (i % OF_A_USER == 0) {
                    token = sluice.mint(TokenRequest.of("user-" + i).role("reader"));
                }
                crowd.joinAtOnce(edge.url(), token, "channel=" + hall);
                if ((i + 1) % STEP == 0 || i + 1 == admitted) {
                    awaitActive(sluice, i + 1);
                }
            }

            var refused = Http.send(Http.request(edge.url().resolve("/v1/stream?channel=" + hall), token));
            assertThat(refused.status()).isIn(429, 503);
            assertThat(refused.headers().firstValue("content-type")).hasValue("application/problem+json");
            assertThat(refused.json().path("reason").asText()).isIn("limited", "unavailable");

            sluice.producer().text(hall, "#one for all");
            crowd.readUntilEachHas(1, PATIENCE);
            assertThat(edge.pid()).as("nobody was killed").isEqualTo(pid);
            awaitActive(sluice, admitted);
            var busy = Rss.of(pid);
            var footprint = Footprint.of(edge);
            System.out.printf(
                    "DefaultPodIT: %d connections over SSE in a pod of %d MiB, heap %d MiB: %s after a collection, %.1f KB of heap each, RSS %.0f MiB at most; one more: %d%n",
                    admitted,
                    limit / MIB,
                    limit / 2 / MIB,
                    footprint,
                    footprint.heap() / 1e3 / admitted,
                    (double) busy.most() / MIB,
                    refused.status());
            assertThat(busy.most()).isLessThan(limit);
        }
    }

    private static void awaitActive(Sluice sluice, int count) {
        Expect.eventually(count + " connections", PATIENCE, () -> Optional.of(Scrape.of(sluice.url(Component.SSE_EDGE)))
                .filter(scrape -> scrape.sum("sluice_connections_active", "") == count));
    }

    /** Those of the image (ServiceImage), and what they mean in a container; whatever else the local stack says of memory gives way. */
    private static List<String> flags(long limit) throws IOException {
        var flags = new ArrayList<>(ImageFlags.read());
        assertThat(flags).contains("-XX:MaxRAMPercentage=50");
        flags.addAll(List.of(
                "-Xms8m",
                "-Xmx" + limit / 2,
                "-XX:MaxDirectMemorySize=" + limit / 2,
                "-XX:ReservedCodeCacheSize=240m"));
        return flags;
    }

    /** Of the chart, in bytes. */
    private static long memoryLimit() throws IOException {
        JsonNode values = new ObjectMapper(new YAMLFactory())
                .readTree(
                        RepositoryRoot.find().resolve("helm/sluice/values.yaml").toFile());
        var limit = values.at("/defaults/resources/limits/memory").asText();
        assertThat(limit).endsWith("Mi");
        return Long.parseLong(limit.replace("Mi", "")) * MIB;
    }
}
