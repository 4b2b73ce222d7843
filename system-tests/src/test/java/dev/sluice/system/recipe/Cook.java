package dev.sluice.system.recipe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** The process of a recipe, and the events that it says it has received. */
final class Cook implements AutoCloseable {
    private static final String EVENT = "event: ";

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final Process process;

    Cook(Path folder, List<String> command, Map<String, String> environment) throws IOException {
        var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(folder.resolve("errors.log").toFile());
        builder.environment().putAll(environment);
        process = builder.start();
        var reader = new Thread(
                () -> process.inputReader()
                        .lines()
                        .filter(line -> line.startsWith(EVENT))
                        .map(line -> line.substring(EVENT.length()))
                        .forEach(events::add),
                "recipe");
        reader.setDaemon(true);
        reader.start();
    }

    List<String> events() {
        return List.copyOf(events);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Asks it to end, and waits until it has. */
    void leave() {
        var all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroy);
        all.forEach(each -> each.onExit().join());
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
