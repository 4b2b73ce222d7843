package dev.sluice.system.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.client.Json;
import dev.sluice.client.NewEvent;
import dev.sluice.client.http.Http;
import dev.sluice.contract.problem.Reason;
import dev.sluice.fanout.session.GapReason;
import dev.sluice.local.Component;
import dev.sluice.local.RepositoryRoot;
import dev.sluice.system.client.Expect;
import dev.sluice.system.proxy.ProxyProcess;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import dev.sluice.system.standard.Toolchain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code docs/asyncapi.yaml}, by AsyncAPI's own parser, and what really goes over the wires against the schemas in it. */
@Tag("full")
@ExtendWith(SharedSluice.class)
class AsyncApiIT {
    private static final Path DOCUMENT = RepositoryRoot.find().resolve("docs/asyncapi.yaml");
    private static final Path SOURCES = RepositoryRoot.find().resolve("system-tests/src/test/asyncapi");

    private final Sluice sluice;
    private final List<String> messages = new CopyOnWriteArrayList<>();

    AsyncApiIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void shouldDescribeWhatIsSaid() throws Exception {
        assumeThat(ProxyProcess.find("npm")).as("npm").isPresent();
        var folder = checker();
        var channel = Sluice.unique("public.asyncapi");
        try (var json = socket("sluice.v1.json", "");
                var events = socket("cloudevents.json", "?channel=" + channel);
                var stream = lines("text/event-stream", channel);
                var ndjson = lines("application/x-ndjson", channel)) {
            json.ask("subscribe", "\"id\":\"1\",\"channels\":[\"" + channel + "\"],\"last\":1,\"heartbeat\":2");
            json.ask("ping", "\"id\":\"2\"");
            Expect.until(
                    "that all have begun",
                    () -> json.has("subscribed")
                            && events.has("sluice.open")
                            && stream.has("open")
                            && ndjson.has("open"));
            json.ask("publish", "\"id\":\"3\",\"channel\":\"" + channel + "\",\"data\":{\"n\":1},\"type\":\"count\"");
            json.ask("auth", "\"id\":\"4\",\"token\":\"" + sluice.admin() + "\"");
            json.ask(
                    "subscribe",
                    "\"id\":\"5\",\"channels\":[\"" + channel + "\"],\"format\":\"cloudevents\",\"durable\":\""
                            + channel.replace('.', '-') + "\"");
            Expect.until(
                    "the answers",
                    () -> json.has("published") && json.has("authenticated") && json.received("\"id\":\"5\""));
            json.ask("ack", "\"id\":\"6\",\"subscription\":\"1\",\"cursor\":\"" + json.cursor() + "\"");
            json.ask("unsubscribe", "\"id\":\"7\",\"subscription\":\"1\"");
            Expect.until("the last answers", () -> json.received("\"id\":\"6\"") && json.has("unsubscribed"));
            Expect.until(
                    "the event everywhere",
                    () -> json.has("event")
                            && events.has("count")
                            && stream.received("event: count")
                            && ndjson.has("count"));
            // On an event stream it is more than a comment only when the cursor has moved without an event.
            sluice.producer()
                    .accepted(NewEvent.json(channel, "{}").type("unwanted").source("/others"));
            Expect.until(
                    "heartbeats", () -> json.has("heartbeat") && stream.has("heartbeat") && ndjson.has("heartbeat"));
        }
        var file = Files.write(Path.of("target/asyncapi-messages.ndjson").toAbsolutePath(), messages);
        var process = new ProcessBuilder("node", "check.mjs", DOCUMENT.toString(), file.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        System.out.println("AsyncApiIT: " + said.strip());
        assertThat(process.waitFor()).as(said).isZero();
    }

    @Test
    void shouldListTheReasonsOfTheCode() throws IOException {
        var text = Files.readString(DOCUMENT);
        assertThat(listed(text, "(?s)    Reason:\\s+enum: \\[([^\\]]+)\\]"))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Reason.values()).map(Reason::code).toList());
        assertThat(listed(text, "(?s)    Gap:.*?reason: \\{enum: \\[([^\\]]+)\\]"))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(GapReason.values()).map(GapReason::code).toList());
    }

    private static List<String> listed(String text, String pattern) {
        var list = Pattern.compile(pattern).matcher(text);
        assertThat(list.find()).isTrue();
        return List.of(list.group(1).split(",\\s+"));
    }

    /** The parser, pinned, in a folder that is kept. */
    private static Path checker() throws IOException {
        var manifest = Files.readString(SOURCES.resolve("package.json"));
        var folder = Files.createDirectories(Path.of(
                System.getProperty("user.home"),
                ".cache/sluice-tests/asyncapi-" + Integer.toHexString(manifest.hashCode())));
        for (var name : List.of("package.json", "check.mjs")) {
            Files.copy(SOURCES.resolve(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        if (!Files.exists(folder.resolve(".done"))) {
            Toolchain.run(folder, "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund");
            Files.createFile(folder.resolve(".done"));
        }
        return folder;
    }

    private void seen(String message, JsonNode payload) {
        var line = Json.object().put("message", message);
        line.set("payload", payload);
        messages.add(line.toString());
    }

    /** Everything that one connection says. */
    private abstract static class Ear implements AutoCloseable {
        final List<String> heard = new CopyOnWriteArrayList<>();

        boolean received(String part) {
            return heard.stream().anyMatch(text -> text.contains(part));
        }

        /** A message with this {@code op} or {@code type}. */
        boolean has(String kind) {
            return heard.stream()
                    .anyMatch(text -> text.matches("(?s).*(\"op\":|\"type\":|event: )\"?(sluice\\.)?"
                            + Pattern.quote(kind.replace("sluice.", "")) + "\\b.*"));
        }

        @Override
        public abstract void close();
    }

    private final class Socket extends Ear implements WebSocket.Listener {
        private final boolean structured;
        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<WebSocket> socket;

        Socket(String subprotocol, String query) {
            structured = subprotocol.equals("cloudevents.json");
            socket = Http.CLIENT
                    .newWebSocketBuilder()
                    .header("Authorization", "Bearer " + sluice.admin())
                    .subprotocols(subprotocol)
                    .buildAsync(
                            URI.create("ws://" + sluice.url(Component.WS_EDGE).getAuthority() + "/v1/ws" + query),
                            this);
        }

        void ask(String op, String members) {
            var operation = "{\"op\":\"" + op + "\"," + members + "}";
            seen(op, Json.parse(operation));
            socket.join().sendText(operation, true).join();
        }

        String cursor() {
            return heard.stream()
                    .map(Json::parse)
                    .map(message -> message.path("cursor").asText())
                    .filter(cursor -> !cursor.isEmpty())
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                var message = Json.parse(text.toString());
                seen(structured ? structured(message) : plain(message), message);
                heard.add(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedStage(null);
        }

        private String plain(JsonNode message) {
            return switch (message.path("op").asText()) {
                case "event" -> "event";
                case "error" -> "error";
                case "open", "heartbeat", "gap", "expiring", "close" -> "control";
                default -> "answer";
            };
        }

        @Override
        public void close() {
            socket.thenAccept(WebSocket::abort);
        }
    }

    private static String structured(JsonNode event) {
        return event.path("type").asText().startsWith("sluice.") ? "controlEvent" : "cloudEvent";
    }

    private Socket socket(String subprotocol, String query) {
        return new Socket(subprotocol, query);
    }

    private Ear lines(String accept, String channel) {
        var request = Http.request(
                        sluice.url(Component.SSE_EDGE)
                                .resolve("/v1/stream?heartbeat=2&channel=" + channel + "&filter="
                                        + URLEncoder.encode("type = 'count'", StandardCharsets.UTF_8)),
                        sluice.admin())
                .header("Accept", accept)
                .build();
        var answer = Http.CLIENT.sendAsync(request, BodyHandlers.ofLines());
        var ear = new Ear() {
            private String event = "";

            void line(String line) {
                if (line.startsWith("{")) {
                    seen(structured(Json.parse(line)), Json.parse(line));
                } else if (line.startsWith("event: ")) {
                    event = line.substring("event: ".length());
                } else if (line.startsWith("data: ") && event.startsWith("sluice.")) {
                    var kind = event.substring("sluice.".length());
                    seen(
                            "sse" + kind.substring(0, 1).toUpperCase(Locale.ROOT) + kind.substring(1),
                            Json.parse(line.substring("data: ".length())));
                }
                heard.add(line);
            }

            @Override
            public void close() {
                answer.thenAccept(response -> response.body().close());
            }
        };
        answer.thenAccept(response -> {
            var thread = new Thread(
                    () -> {
                        try {
                            response.body().forEach(ear::line);
                        } catch (UncheckedIOException closed) {
                            // That is how it ends.
                            return;
                        }
                    },
                    "lines");
            thread.setDaemon(true);
            thread.start();
        });
        return ear;
    }
}
