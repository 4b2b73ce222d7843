package dev.sluice.system.standard;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.client.Json;
import dev.sluice.system.client.Expect;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client in a process of its own, which prints what it sees. */
final class Listener implements AutoCloseable {
    private final List<JsonNode> seen = new CopyOnWriteArrayList<>();
    private final Process process;

    Listener(List<String> command, Path errors) throws IOException {
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                .start();
        var reader = new Thread(
                () -> process.inputReader()
                        .lines()
                        .filter(line -> line.startsWith("{"))
                        .map(Json::parse)
                        .forEach(seen::add),
                "listener");
        reader.setDaemon(true);
        reader.start();
    }

    List<JsonNode> of(String kind) {
        return seen.stream()
                .filter(line -> line.path("kind").asText().equals(kind))
                .toList();
    }

    /** Waits until there are so many of a kind. */
    List<JsonNode> await(String kind, int count) {
        try {
            Expect.until(count + " " + kind, () -> {
                if (of(kind).size() < count && !process.isAlive()) {
                    throw new AssertionError("the client has ended with " + process.exitValue() + "; it saw " + seen);
                }
                return of(kind).size() >= count;
            });
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw new AssertionError("waited in vain for " + count + " " + kind + "; it saw " + seen, e);
        }
        return of(kind);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
