package dev.sluice.system.up;

import dev.sluice.local.RepositoryRoot;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A command in the repository's folder, and the lines that it prints. */
final class Shell implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 60;

    private final Process process;
    private final List<String> out = new CopyOnWriteArrayList<>();
    private final List<String> err = new CopyOnWriteArrayList<>();
    private final List<Thread> readers;

    private Shell(Map<String, String> env, List<String> command) throws IOException {
        var builder =
                new ProcessBuilder(command).directory(RepositoryRoot.find().toFile());
        builder.environment().putAll(env);
        process = builder.start();
        process.getOutputStream().close();
        readers = List.of(
                follow(process.inputReader(StandardCharsets.UTF_8), out),
                follow(process.errorReader(StandardCharsets.UTF_8), err));
    }

    /** As printed: through {@code sh -c}. */
    static Shell run(Map<String, String> env, String command) throws IOException {
        return new Shell(env, List.of("sh", "-c", "exec " + command));
    }

    /** As typed into a terminal, line by line, until one of them fails. */
    static Shell script(Map<String, String> env, String script) throws IOException {
        return new Shell(env, List.of("sh", "-ec", script));
    }

    /** In a process group of its own, as a terminal starts it. */
    static Shell runInForeground(String... command) throws IOException {
        return runInForeground(Map.of(), command);
    }

    static Shell runInForeground(Map<String, String> env, String... command) throws IOException {
        var all = new ArrayList<>(List.of("setsid"));
        all.addAll(List.of(command));
        return new Shell(env, all);
    }

    private static Thread follow(BufferedReader reader, List<String> lines) {
        var thread = new Thread(() -> {
            try (reader) {
                reader.lines().forEach(lines::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (UncheckedIOException gone) {
                lines.add("(" + gone.getMessage() + ")");
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    List<String> out() {
        return List.copyOf(out);
    }

    List<String> err() {
        return List.copyOf(err);
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What Ctrl-C does: the whole group gets it. */
    void interrupt() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", "--", "-" + process.pid())
                .inheritIO()
                .start()
                .waitFor();
    }

    /** Waits until it ends, and until what it said is here. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still running; it printed " + out + " and " + err);
        }
        for (Thread reader : readers) {
            reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }
}
