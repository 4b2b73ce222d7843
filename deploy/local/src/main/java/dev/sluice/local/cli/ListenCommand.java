package dev.sluice.local.cli;

import dev.sluice.local.Component;
import dev.sluice.local.listen.GrpcListener;
import dev.sluice.local.listen.GrpcWebListener;
import dev.sluice.local.listen.Listener;
import dev.sluice.local.listen.SseListener;
import dev.sluice.local.listen.Target;
import dev.sluice.local.listen.WebSocketListener;
import dev.sluice.local.process.RunFile;
import java.io.IOException;
import java.net.ConnectException;
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
        try {
            listener().listen(new Target(edge, token, channels), line -> {
                out.println(line);
                out.flush();
            });
        } catch (ConnectException e) {
            throw new IOException("nobody answers on " + edge + "; start everything with: ./sluice up", e);
        }
        return 0;
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

    private Listener listener() {
        return switch (protocol) {
            case "sse" -> new SseListener();
            case "ws" -> new WebSocketListener();
            case "grpc" -> new GrpcListener();
            case "grpc-web" -> new GrpcWebListener();
            default -> throw unknown();
        };
    }

    private ParameterException unknown() {
        return new ParameterException(
                Objects.requireNonNull(spec).commandLine(), "'" + protocol + "' is none of sse, ws, grpc, grpc-web");
    }
}
