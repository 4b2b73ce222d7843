package dev.sluice.system.standard;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.NewEvent;
import dev.sluice.client.http.Http;
import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each client as its registry has it, with what an application does: it parses whatever it is handed. Between two events the stream is
 * quiet for two heartbeats at the default pace, then the cursor moves without an event.
 */
@Tag("full")
@ExtendWith(SharedSluice.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StandardClientsIT {
    private static final String HEARTBEAT = "4";

    private final Sluice sluice;
    private final Map<StandardClient, String> table = new ConcurrentSkipListMap<>();
    private final Path image;
    private final SideBySide<StandardClient> clients;

    StandardClientsIT(Sluice sluice) throws IOException {
        this.sluice = sluice;
        image = image();
        clients = new SideBySide<>(List.of(StandardClient.values()), this::listen);
    }

    @ParameterizedTest
    @EnumSource
    void shouldSeeEveryEventAndNothingElse(StandardClient client) throws Exception {
        clients.await(client);
    }

    private void listen(StandardClient client) throws IOException {
        var channel = Sluice.unique("standard.clients");
        var errors = Files.createDirectories(Path.of("target/standard")).resolve(client + ".log");
        try (var listener = new Listener(client.command(arguments(client, channel)), errors);
                var clock = sluice.subscribe(Protocol.SSE, to(channel).with("heartbeat", HEARTBEAT))) {
            listener.await("open", 1);
            // On a WebSocket the subscription comes after.
            if (client.way() == StandardClient.Way.WEBSOCKET) {
                Expect.until("that it has subscribed", () -> listener.of("control").stream()
                        .anyMatch(control -> control.path("type").asText().equals("subscribed")));
            } else {
                listener.await("control", 1);
            }
            Expect.started(clock);
            sluice.producer().accepted(NewEvent.json(channel, "{\"n\":1}"));
            listener.await("message", 1);
            var before = clock.controls("heartbeat").size();
            Expect.until(
                    "two heartbeats while nothing moves",
                    () -> clock.controls("heartbeat").size() >= before + 2);
            sluice.producer()
                    .accepted(
                            NewEvent.json(channel, "{\"n\":0}").type("unwanted").source("/others"));
            var moved = listener.await("heartbeat", 1);
            sluice.producer().accepted(NewEvent.json(channel, "{\"n\":2}"));
            listener.await("message", 2);

            assertThat(listener.of("message"))
                    .extracting(line -> line.path("n").asInt())
                    .containsExactly(1, 2);
            assertThat(listener.of("message"))
                    .extracting(line -> line.path("id").asText())
                    .doesNotContain("");
            assertThat(moved.get(moved.size() - 1).path("id").asText()).isNotEmpty();
            assertThat(listener.of("broken")).as("what could not be parsed").isEmpty();
            assertThat(listener.of("error")).as("what was an error to it").isEmpty();
            assertThat(listener.of("open")).as("connections").hasSize(1);
            var refused = "";
            if (client.way() == StandardClient.Way.GRPC) {
                refused = listener.of("refused").get(0).path("code").asText();
                assertThat(refused).isEqualTo("UNAUTHENTICATED");
            }
            table.put(
                    client,
                    "| %s | %s | %d | %d | %d | %d | %s |"
                            .formatted(
                                    client.title(),
                                    client.version(),
                                    listener.of("message").size(),
                                    listener.of("heartbeat").size(),
                                    listener.of("broken").size(),
                                    listener.of("open").size() - 1,
                                    refused));
        }
    }

    private String[] arguments(StandardClient client, String channel) {
        var edge = sluice.url(client.way().edge());
        var query = "?" + Http.query(to(channel).filter("type = 'message'").with("heartbeat", HEARTBEAT));
        return switch (client.way()) {
            case SSE -> new String[] {edge + "/v1/stream" + query, sluice.admin()};
            case WEBSOCKET ->
                new String[] {"ws://" + edge.getAuthority() + "/v1/ws" + query + "&fields=none", sluice.admin()};
            case GRPC -> new String[] {edge.toString(), sluice.admin(), channel, image.toString()};
        };
    }

    /** The published one. */
    private static Path image() throws IOException {
        var copy = Files.createDirectories(Path.of("target/standard"))
                .resolve("sluice.binpb")
                .toAbsolutePath();
        try (var image = NotificationServiceGrpc.class.getResourceAsStream("/sluice/v1/sluice.binpb")) {
            if (image == null) {
                throw new IllegalStateException("the descriptor image is not in the jar of contract");
            }
            Files.write(copy, image.readAllBytes());
        }
        return copy;
    }

    @AfterAll
    void print() {
        System.out.println(
                "| client | version | events of 2 | heartbeats seen | empty or broken | reconnects | bad token |\n"
                        + "|---|---|---|---|---|---|---|\n"
                        + String.join("\n", table.values()));
    }
}
