package dev.sluice.local.cli;

import dev.sluice.local.RunningProcess;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Which process runs where, and whether it is ready. Exit code 0 when all are, else 1. */
@Command(name = "status", description = "What runs, where, and whether it is ready.")
final class StatusCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var out = Objects.requireNonNull(spec).commandLine().getOut();
        var processes = RunningProcess.of(Sluice.layout());
        if (processes.isEmpty()) {
            out.println("nothing is running; start everything with: ./sluice up");
            return 1;
        }
        out.printf("%-12s %8s %6s  %s%n", "SERVICE", "PID", "PORT", "STATE");
        var allReady = true;
        for (var process : processes) {
            var state = process.state();
            allReady &= state == RunningProcess.State.READY;
            out.printf("%-12s %8d %6d  %s%n", process.name(), process.pid(), process.port(), state.words());
        }
        out.flush();
        return allReady ? 0 : 1;
    }
}
