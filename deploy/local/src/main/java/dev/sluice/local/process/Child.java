package dev.sluice.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One run of a child process, from its start to its end. Safe for use by several threads.
 */
public final class Child {

    private final Process process;

    private Child(Process process) {
        this.process = process;
    }

    /** Starts the process and returns at once. */
    public static Child start(Launch launch) throws IOException {
        return new Child(launch.start());
    }

    public long pid() {
        return process.pid();
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The exit code of an ended process; 128 + n when signal n ended it. */
    public int exitCode() {
        return process.exitValue();
    }

    /** Runs {@code task} on a thread of the JVM's when the process has ended. */
    public void whenEnded(Runnable task) {
        var unused = process.onExit().thenRun(task);
    }

    /** Asks the process to end (SIGTERM), and returns at once. A paused process is resumed, or it could not hear. */
    public void requestStop() {
        if (isAlive()) {
            signal("CONT");
            // Not Process.destroy(), which also closes standard input: that would race the signal to the same end.
            process.toHandle().destroy();
        }
    }

    /** Ends the process at once (SIGKILL), and waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Waits for the end; after {@code grace} kills. Says whether the process ended by itself. */
    public boolean awaitEnd(Duration grace) {
        try {
            process.onExit().get(grace.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            kill();
            return false;
        } catch (InterruptedException e) {
            // Leaving a process behind would be worse than being late for the interrupt.
            kill();
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Freezes the process (SIGSTOP): its sockets stay open, and nothing answers on them. */
    public void pause() {
        signal("STOP");
    }

    /** Lets a paused process go on (SIGCONT). */
    public void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            // The shell's own kill: there is a shell everywhere, but not always /bin/kill.
            var kill = new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + pid())
                    .inheritIO()
                    .start();
            if (kill.waitFor() != 0 && isAlive()) {
                throw new IllegalStateException("can't send SIG" + name + " to pid " + pid());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
