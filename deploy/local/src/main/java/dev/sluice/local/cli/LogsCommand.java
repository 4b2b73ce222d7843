package dev.sluice.local.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the log of one process of the present or last run. */
@Command(name = "logs", description = "Print what a service has logged.")
final class LogsCommand implements Callable<Integer> {

    private static final String SUFFIX = ".log";
    private static final int POLL_MILLIS = 200;

    @Parameters(
            paramLabel = "SERVICE",
            description = "kafka, identity, publisher, sse-edge, ws-edge, grpc-edge, sse-edge-1, …")
    private String service = "";

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what is logged from now on, until Ctrl-C.")
    private boolean follow;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var layout = Sluice.layout();
        var names = names(layout.logs());
        if (!names.contains(service)) {
            var known =
                    names.isEmpty() ? "there are none; start everything with: ./sluice up" : String.join(", ", names);
            Objects.requireNonNull(spec)
                    .commandLine()
                    .getErr()
                    .println("sluice: no log of '" + service + "': " + known);
            return 1;
        }
        copy(layout.logOf(service), System.out);
        return 0;
    }

    private void copy(Path file, OutputStream out) throws IOException, InterruptedException {
        try (var log = Files.newInputStream(file)) {
            log.transferTo(out);
            out.flush();
            while (follow) {
                Thread.sleep(POLL_MILLIS);
                log.transferTo(out);
                out.flush();
            }
        }
    }

    private static List<String> names(Path logs) throws IOException {
        if (!Files.isDirectory(logs)) {
            return List.of();
        }
        try (var files = Files.list(logs)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SUFFIX))
                    .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                    .sorted()
                    .toList();
        }
    }
}
