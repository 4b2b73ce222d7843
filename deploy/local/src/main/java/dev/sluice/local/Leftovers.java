package dev.sluice.local;

import dev.sluice.local.process.RunFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What an earlier stack in the same directory left behind because its launcher was killed. Its processes notice that
 * themselves and are usually gone; one that is frozen or stuck is not.
 */
final class Leftovers {

    /** Longer than {@code Tether} gives an orphan. */
    private static final long PATIENCE_SECONDS = 20;

    private Leftovers() {}

    /** Waits for orphans, then kills them. Fails when the stack is not an orphan but running. */
    static void end(Path runDirectory) throws IOException {
        var launcher = RunFile.read(runDirectory, LocalStack.LAUNCHER).flatMap(RunFile::process);
        if (launcher.isPresent()) {
            throw StartFailed.before("already running (pid " + launcher.get().pid()
                    + "); stop it with Ctrl-C there, or: kill " + launcher.get().pid());
        }
        for (var name : RunFile.names(runDirectory)) {
            var process = RunFile.read(runDirectory, name).flatMap(RunFile::process);
            if (process.isPresent()) {
                end(process.get());
            }
            RunFile.delete(runDirectory, name);
        }
    }

    private static void end(ProcessHandle orphan) {
        try {
            orphan.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | InterruptedException e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            orphan.destroyForcibly();
            orphan.onExit().join();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
