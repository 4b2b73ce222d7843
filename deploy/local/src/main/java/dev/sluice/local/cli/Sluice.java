package dev.sluice.local.cli;

import dev.sluice.local.Layout;
import dev.sluice.local.RepositoryRoot;
import dev.sluice.local.StartFailed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Main class of {@code ./sluice}. */
@Command(
        name = "./sluice",
        description = "The whole system on this machine: Kafka, an identity provider, the publisher and the edges.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UpCommand.class,
            TokenCommand.class,
            ListenCommand.class,
            StatusCommand.class,
            LogsCommand.class
        },
        footer = {"", "./sluice bench runs the load generator. ./sluice help COMMAND says more of each."})
public final class Sluice {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Say what the command can do.")
    private boolean help;

    /** Held, or the levels set on them would be lost with them. */
    private static final List<Logger> TALKATIVE =
            List.of(Logger.getLogger("org.apache.kafka"), Logger.getLogger("io.grpc"));

    private Sluice() {}

    public static void main(String[] args) {
        // These report each refused connection. What matters to a person, the commands say themselves.
        TALKATIVE.forEach(logger -> logger.setLevel(Level.OFF));
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Sluice())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (!(failure instanceof StartFailed stopped && stopped.wasStopped())) {
                        command.getErr().println("sluice: " + line(failure));
                    }
                    return command.getCommandSpec().exitCodeOnExecutionException();
                });
    }

    /** Where {@code ./sluice up} keeps its state. */
    static Layout layout() {
        return new Layout(RepositoryRoot.find().resolve(".sluice"));
    }

    private static String line(Exception failure) {
        if (failure instanceof StartFailed startFailed) {
            return startFailed.line();
        }
        if (failure instanceof UncheckedIOException || failure instanceof IOException) {
            return Objects.requireNonNullElse(failure.getMessage(), failure.toString());
        }
        // A bug: the place matters more than brevity.
        failure.printStackTrace();
        return failure.toString();
    }
}
