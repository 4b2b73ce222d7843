package dev.sluice.system.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.SubscriptionRequest;
import dev.sluice.local.Component;
import dev.sluice.local.RepositoryRoot;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import dev.sluice.system.stack.Wire;
import dev.sluice.system.standard.SideBySide;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Copies the code of each page and runs it: it publishes, though the first answer is lost; it receives; its network is cut, and it goes on
 * where it was; its token ends, and it goes on with another. It sees each event once.
 */
@Tag("full")
@Tag("long")
@ExtendWith(SharedSluice.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecipesIT {
    /** So short that a stream ends while somebody waits for it. */
    private static final Duration BRIEF = Duration.ofSeconds(10);
    /** On a WebSocket the fresh one comes in band, 60 s before. */
    private static final Duration LONGER = Duration.ofSeconds(70);

    private final Sluice sluice;
    private final SideBySide<Kitchen> kitchens;

    RecipesIT(Sluice sluice) {
        this.sluice = sluice;
        kitchens = new SideBySide<>(List.of(Kitchen.values()), kitchen -> {
            if (kitchen.way() == Kitchen.Way.KAFKA) {
                cookFromTheTopic(kitchen);
            } else {
                cook(kitchen);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void shouldDoWhatItSays(Kitchen kitchen) throws Exception {
        kitchens.await(kitchen);
        System.out.println("RecipesIT: docs/recipes/" + kitchen.page() + ".md was run");
    }

    /** Past the services there are no tokens, and whoever comes back goes on where its group was. */
    private void cookFromTheTopic(Kitchen kitchen) throws Exception {
        var channel = Sluice.unique("public.recipe");
        var folder = Files.createTempDirectory(Files.createDirectories(Path.of("target/recipes")), kitchen.page())
                .toAbsolutePath();
        var command = kitchen.prepare(folder, Page.of(kitchen.page()));
        var environment = Map.of(
                "BROKERS",
                sluice.stack().kafka().bootstrapServers(),
                "CHANNEL",
                channel,
                "GROUP",
                channel,
                "HELLO",
                "hello");
        try (var listener = sluice.subscribe(Protocol.SSE, SubscriptionRequest.to(channel))) {
            Expect.started(listener);
            try (var cook = new Cook(folder, command, environment)) {
                Expect.eventWith(listener, "hello");
                sees(cook, folder, List.of("hello"));
                sluice.producer().text(channel, "one");
                sees(cook, folder, List.of("hello", "one"));
                cook.leave();
            }
            sluice.producer().text(channel, "two");
            try (var cook = new Cook(folder, command, environment)) {
                Expect.until("two seen, and " + folder + " says more", () -> cook.events()
                        .contains("two"));
                assertThat(cook.events()).as("it goes on where it was").doesNotContain("one");
            }
            // What is said again under the same id comes once.
            sluice.producer().text(channel, "three");
            Expect.eventWith(listener, "three");
            assertThat(Expect.events(listener, 4)).hasSize(4);
        }
    }

    private void cook(Kitchen kitchen) throws Exception {
        var channel = Sluice.unique("public.recipe");
        var folder = Files.createTempDirectory(Files.createDirectories(Path.of("target/recipes")), kitchen.page())
                .toAbsolutePath();
        var command = kitchen.prepare(folder, Page.of(kitchen.page()));
        try (var larder = new Larder(sluice, kitchen.way() == Kitchen.Way.WEBSOCKET ? LONGER : BRIEF);
                var sse = Wire.to(sluice.url(Component.SSE_EDGE));
                var socket = Wire.to(sluice.url(Component.WS_EDGE));
                var grpc = Wire.to(sluice.url(Component.GRPC_EDGE));
                var cook = new Cook(
                        folder,
                        command,
                        Map.of(
                                "EVENTS", sse.url().toString(),
                                "SOCKET", "ws://" + socket.url().getAuthority(),
                                "GRPC", grpc.url().getAuthority(),
                                "PUBLISH", larder.url().toString(),
                                "TOKEN_URL", larder.url().resolve("/token").toString(),
                                "PROTOS",
                                        RepositoryRoot.find()
                                                .resolve("contract/src/main/proto")
                                                .toString(),
                                "PATH", folder + ":" + System.getenv("PATH"),
                                "CHANNEL", channel,
                                "HELLO", "hello"))) {
            sees(cook, folder, List.of("hello"));
            if (kitchen.way() == Kitchen.Way.SSE) {
                Expect.until("that it posts again, as the first answer was lost", () -> larder.posts()
                        .equals(List.of(201, 201)));
            }
            sluice.producer().text(channel, "one");
            sees(cook, folder, List.of("hello", "one"));

            List.of(sse, socket, grpc).forEach(Wire::cut);
            sluice.producer().text(channel, "two");
            sees(cook, folder, List.of("hello", "one", "two"));

            var tokens = larder.tokens();
            Expect.until(kitchen + " asks for another token", () -> larder.tokens() > tokens);
            sluice.producer().text(channel, "three");
            sees(cook, folder, List.of("hello", "one", "two", "three"));
        }
    }

    private static void sees(Cook cook, Path folder, List<String> events) {
        Expect.until(events + " seen, and " + folder + " says more", () -> {
            if (!cook.isAlive()) {
                throw new AssertionError("it has ended; see " + folder);
            }
            return cook.events().size() >= events.size();
        });
        assertThat(cook.events()).isEqualTo(events);
    }
}
