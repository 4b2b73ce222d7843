package dev.sluice.bench.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Gives processes a core of their own, by {@code taskset}; without it, or with one core, they share. */
public final class Cores {
    public static final int SERVER = 0;
    public static final int LOAD = 1;

    private Cores() {}

    public static boolean canPin() {
        return Runtime.getRuntime().availableProcessors() > 1 && run(List.of("taskset", "--version"));
    }

    /** All threads of the process, those that it has and those that they will start. */
    public static void pin(long pid, int core) {
        if (!run(List.of("taskset", "-a", "-c", "-p", String.valueOf(core), String.valueOf(pid)))) {
            throw new IllegalStateException("process " + pid + " can't be given core " + core);
        }
    }

    private static boolean run(List<String> command) {
        try {
            return new ProcessBuilder(new ArrayList<>(command))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException missing) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
