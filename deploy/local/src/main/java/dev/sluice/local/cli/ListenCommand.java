package dev.sluice.local.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.Connection;
import dev.sluice.client.Credential;
import dev.sluice.client.Json;
import dev.sluice.client.Received;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.client.grpc.Encoding;
import dev.sluice.client.grpc.GrpcWebClient;
import dev.sluice.client.grpc.StreamUpdatesClient;
import dev.sluice.client.sse.SseClient;
import dev.sluice.client.websocket.Subprotocol;
import dev.sluice.client.websocket.WebSocketClient;
import dev.sluice.local.Component;
import dev.sluice.local.process.RunFile;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what arrives on a channel, one line each, until Ctrl-C or the end of the stream. */
@Command(
        name = "listen",
        description = "Print what arrives, one line each: sse, ws, grpc, grpc-web.",
        sortOptions = false)
final class ListenCommand implements Callable<Integer> {

    @Parameters(paramLabel = "PROTOCOL", description = "sse, ws, grpc or grpc-web.")
    private String protocol = "";

    @Option(
            names = "--channel",
            paramLabel = "CHANNEL",
            required = true,
            description = "A channel or pattern; may be repeated.")
    private List<String> channels = List.of();

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            required = true,
            defaultValue = "${env:TOKEN}",
            description = "A token, see ./sluice token (default: the environment variable TOKEN).")
    private String token = "";

    @Option(names = "--url", paramLabel = "URL", description = "The edge (default: the one that ./sluice up starts).")
    private @Nullable URI url;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var out = Objects.requireNonNull(spec).commandLine().getOut();
        var edge = url == null ? running() : url;
        try (var connection = connect(edge)) {
            for (var received = connection.mailbox().take();
                    !received.isEmpty();
                    received = connection.mailbox().take()) {
                received.forEach(message -> out.println(line(message)));
                out.flush();
            }
            var end = connection.ended().orElseThrow();
            switch (end.code()) {
                case "connection failed" ->
                    throw new IOException("nobody answers on " + edge + "; start everything with: ./sluice up");
                case "OK", "1000" -> {
                    return 0;
                }
                default -> throw new IOException("ended: " + (end.summary() + " " + end.detail()).strip());
            }
        }
    }

    private Connection connect(URI edge) {
        var credential = Credential.bearer(token);
        var request = SubscriptionRequest.to(channels);
        return switch (protocol) {
            case "sse" -> SseClient.stream(edge, credential, request);
            case "ws" -> {
                var socket = WebSocketClient.connect(edge, credential, Subprotocol.JSON);
                socket.subscribe("s", request);
                yield socket;
            }
            case "grpc" -> StreamUpdatesClient.stream(edge, credential, request);
            case "grpc-web" -> GrpcWebClient.streamUpdates(edge, credential, Encoding.BINARY, request);
            default -> throw unknown();
        };
    }

    /** One message as one line of JSON, with the payload as text. What a protocol does not show is left out. */
    private static String line(Received message) {
        var line = Json.object();
        if (message instanceof Received.Event event) {
            put(line, "channel", event.channel());
            put(line, "id", event.id());
            put(line, "type", event.type());
            put(line, "source", event.source());
            put(line, "contentType", event.contentType());
            put(line, "cursor", event.cursor());
            line.put("data", event.text());
        } else if (message instanceof Received.Control control) {
            line.put("control", control.kind());
            put(line, "cursor", control.cursor());
            line.setAll((ObjectNode) control.members());
        } else if (message instanceof Received.Answer answer) {
            line.put("answer", answer.op());
            put(line, "cursor", answer.cursor());
            line.setAll((ObjectNode) answer.members());
        }
        return line.toString();
    }

    private static void put(ObjectNode line, String name, String value) {
        if (!value.isEmpty()) {
            line.put(name, value);
        }
    }

    /** Where the running edge says it is, else where it would be. */
    private URI running() throws IOException {
        var component = component();
        var port = RunFile.read(Sluice.layout().run(), component.id())
                .map(RunFile::port)
                .orElse(component.defaultPort());
        return URI.create("http://localhost:" + port);
    }

    private Component component() {
        return switch (protocol) {
            case "sse" -> Component.SSE_EDGE;
            case "ws" -> Component.WS_EDGE;
            case "grpc", "grpc-web" -> Component.GRPC_EDGE;
            default -> throw unknown();
        };
    }

    private ParameterException unknown() {
        return new ParameterException(
                Objects.requireNonNull(spec).commandLine(), "'" + protocol + "' is none of sse, ws, grpc, grpc-web");
    }
}
