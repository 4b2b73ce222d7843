package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.local.process.Launch;
import dev.sluice.local.process.RunFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order in which processes are ended, with processes that do nothing but write down their own end. */
class ShutdownOrderTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void shouldStopEdgesThenPublisherThenIdentityThenKafka(@TempDir Path directory) throws IOException {
        var services = dummies(directory, service -> {});
        var stack = new LocalStack(directory, Progress.SILENT, services, new CompletableFuture<>());
        services.forEach(Service::spawn);
        await().atMost(PATIENCE).until(() -> lines(directory.resolve("up")).size() == services.size());

        stack.close();

        var ends = lines(directory.resolve("down"));
        assertThat(ends.subList(0, 3)).containsExactlyInAnyOrder("sse-edge", "ws-edge", "grpc-edge");
        assertThat(ends.subList(3, ends.size())).containsExactly("publisher", "identity", "kafka");
        assertThat(services).noneMatch(Service::isAlive);
        assertThat(RunFile.names(directory)).isEmpty();
    }

    @Test
    void shouldTellAnEndThatNobodyAskedForFromOneThatSomebodyDid(@TempDir Path directory) throws Exception {
        var failure = new CompletableFuture<Service>();
        var services = dummies(directory, failure::complete);
        try (var stack = new LocalStack(directory, Progress.SILENT, services, failure)) {
            services.forEach(Service::spawn);

            stack.service(Component.WS_EDGE).kill();
            assertThat(failure).isNotDone();
            ProcessHandle.of(stack.service(Component.SSE_EDGE).pid())
                    .orElseThrow()
                    .destroyForcibly();

            assertThat(stack.awaitFailure()).startsWith("sse-edge was killed").contains("sse-edge.log");
        }
    }

    private static List<Service> dummies(Path directory, Consumer<Service> died) {
        var services = new ArrayList<Service>();
        for (var component : Component.BY_DEFAULT) {
            var instance = new Instance(component, 0, 1);
            services.add(new Service(
                    instance,
                    launch(directory, instance.name()),
                    directory,
                    new Deadlines(PATIENCE, PATIENCE),
                    new Readiness(),
                    died));
        }
        return services;
    }

    private static Launch launch(Path directory, String name) {
        return new Launch(
                name,
                Path.of(System.getProperty("java.home")),
                List.of("-Xmx32m", "-XX:TieredStopAtLevel=1"),
                List.of(System.getProperty("java.class.path")),
                DiaryMain.class.getName(),
                List.of(directory.toString(), name),
                Map.of(),
                directory,
                directory.resolve(name + ".log"));
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    /** Writes its name to {@code up} when it starts and to {@code down} when it ends. */
    public static final class DiaryMain {

        private DiaryMain() {}

        public static void main(String[] args) throws InterruptedException {
            var directory = Path.of(args[0]);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> write(directory.resolve("down"), args[1])));
            write(directory.resolve("up"), args[1]);
            Thread.currentThread().join();
        }

        private static void write(Path file, String name) {
            try {
                Files.writeString(file, name + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
