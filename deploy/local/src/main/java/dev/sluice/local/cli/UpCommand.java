package dev.sluice.local.cli;

import dev.sluice.local.Component;
import dev.sluice.local.LocalStack;
import dev.sluice.local.RepositoryRoot;
import dev.sluice.local.console.Console;
import dev.sluice.local.identity.TokenRequest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the stack until Ctrl-C, or until one of its processes ends. */
@Command(name = "up", description = "Build when needed, start everything, and run until Ctrl-C.", sortOptions = false)
final class UpCommand implements Callable<Integer> {

    /** With one more, an edge would come close to the identity provider's port. */
    private static final int MOST_REPLICAS = 9;

    @Option(
            names = "--replicas",
            paramLabel = "N",
            defaultValue = "1",
            description = "Replicas of each edge; replica k listens 10*k ports further on (default: 1).")
    private int replicas = 1;

    @Option(
            names = "--without",
            split = ",",
            paramLabel = "SERVICE",
            description = "Leave it out, to run it otherwise: publisher, sse-edge, ws-edge, grpc-edge.")
    private List<String> without = List.of();

    @Option(names = "--free-ports", description = "Listen on any free ports instead of 8080 to 8083, 8180 and 9092.")
    private boolean freePorts;

    @Option(names = "--keep-data", description = "Go on with the Kafka data of the last run.")
    private boolean keepData;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Keep Kafka's data there, also for later runs (default: .sluice/kafka, empty each time).")
    private @Nullable Path dataDirectory;

    @Option(
            names = "--identity",
            paramLabel = "PROVIDER",
            defaultValue = "small",
            description = "small: gives anybody any token (default); keycloak: the real one, with example users.")
    private Provider identity = Provider.SMALL;

    @Option(
            names = "--origin",
            paramLabel = "URL",
            description = "Pages of this origin may connect too; may be repeated. Those on localhost always may.")
    private List<String> origins = List.of();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        var command = Objects.requireNonNull(spec).commandLine();
        if (replicas < 1 || replicas > MOST_REPLICAS) {
            throw new ParameterException(command, "--replicas must be between 1 and " + MOST_REPLICAS);
        }
        var out = command.getOut();
        var builder = LocalStack.builder(Sluice.layout().directory())
                .replicas(replicas)
                .progress(new ProgressLines(out))
                .operatorPorts();
        if (!freePorts) {
            builder.defaultPorts();
        }
        if (identity == Provider.KEYCLOAK) {
            builder.keycloak();
        }
        for (String name : without) {
            builder.without(component(name));
        }
        if (keepData) {
            builder.keepData();
        }
        if (dataDirectory != null) {
            builder.kafkaData(dataDirectory);
        }
        origins.forEach(builder::origin);
        try (var stack = builder.start();
                var console = Console.serve(
                        stack,
                        RepositoryRoot.find(),
                        freePorts ? 0 : Console.PORT,
                        identity == Provider.KEYCLOAK ? stack.keycloak().issuer() : null,
                        ttl -> identity == Provider.KEYCLOAK
                                ? stack.keycloak().token("alice")
                                : stack.identity()
                                        .mint(TokenRequest.of("alice")
                                                .role("publisher")
                                                .role("reader")
                                                .ttl(ttl)))) {
            Welcome.print(stack, identity, console.url(), out);
            return fail(stack.awaitFailure(), command.getErr());
        }
    }

    private Component component(String name) {
        return Component.of(name)
                .filter(Component::isOurs)
                .orElseThrow(() -> new ParameterException(
                        Objects.requireNonNull(spec).commandLine(),
                        "--without: there is no '" + name + "'; one of publisher, sse-edge, ws-edge, grpc-edge"));
    }

    private static int fail(String line, PrintWriter err) {
        err.println("sluice: " + line + "; stopping everything");
        return 1;
    }
}
