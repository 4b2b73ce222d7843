package dev.sluice.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void shouldEndInTheOrderlyWay(@TempDir Path directory) throws IOException {
        var log = directory.resolve("log");
        var child = Child.start(dummy(directory, "obedient"));
        awaitLine(log, "up");

        child.requestStop();

        assertThat(child.awaitEnd(PATIENCE)).isTrue();
        assertThat(log).content().contains("down");
    }

    @Test
    void shouldStopAPausedChild(@TempDir Path directory) throws IOException {
        var child = Child.start(dummy(directory, "obedient"));
        awaitLine(directory.resolve("log"), "up");
        child.pause();

        child.requestStop();

        assertThat(child.awaitEnd(PATIENCE)).isTrue();
    }

    @Test
    void shouldKillAChildThatDoesNotListen(@TempDir Path directory) throws IOException {
        var child = Child.start(dummy(directory, "stubborn"));
        awaitLine(directory.resolve("log"), "up");

        child.requestStop();

        assertThat(child.awaitEnd(Duration.ofMillis(300))).isFalse();
        assertThat(child.isAlive()).isFalse();
    }

    @Test
    void shouldNotDieOfTheTerminalsInterrupt(@TempDir Path directory) throws Exception {
        var child = Child.start(dummy(directory, "obedient"));
        awaitLine(directory.resolve("log"), "up");

        new ProcessBuilder("/bin/sh", "-c", "kill -INT " + child.pid()).start().waitFor();
        new ProcessBuilder("/bin/sh", "-c", "kill -HUP " + child.pid()).start().waitFor();

        assertThat(child.awaitEnd(Duration.ofMillis(500))).isFalse();
    }

    @Test
    void shouldEndWhenItsParentIsKilled(@TempDir Path directory) throws Exception {
        var log = directory.resolve("log");
        var parent =
                Child.start(launch(directory, directory.resolve("parent.log"), ParentMain.class, directory.toString()));
        awaitLine(log, "up");
        var orphan = ProcessHandle.of(parent.pid())
                .orElseThrow()
                .children()
                .findFirst()
                .orElseThrow();

        parent.kill();

        await().atMost(PATIENCE).until(() -> !orphan.isAlive());
        assertThat(log).content().contains("the launcher is gone").contains("down");
    }

    private static Launch dummy(Path directory, String kind) {
        return launch(directory, directory.resolve("log"), DummyMain.class, kind);
    }

    private static Launch launch(Path directory, Path log, Class<?> main, String... args) {
        return new Launch(
                "dummy",
                Path.of(System.getProperty("java.home")),
                List.of("-Xmx32m", "-XX:TieredStopAtLevel=1"),
                List.of(System.getProperty("java.class.path")),
                main.getName(),
                List.of(args),
                Map.of(),
                directory,
                log);
    }

    private static void awaitLine(Path log, String line) {
        await().atMost(PATIENCE)
                .until(() -> Files.exists(log) && Files.readAllLines(log).contains(line));
    }

    /** Says when it is up and when it goes down; a stubborn one does not go down. */
    public static final class DummyMain {

        private DummyMain() {}

        public static void main(String[] args) throws InterruptedException {
            var stubborn = args[0].equals("stubborn");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                System.out.println("down");
                while (stubborn) {
                    Thread.onSpinWait();
                }
            }));
            System.out.println("up");
            Thread.currentThread().join();
        }
    }

    /** Starts a dummy in the folder that is the argument, and waits for ever. */
    public static final class ParentMain {

        private ParentMain() {}

        public static void main(String[] args) throws InterruptedException {
            var directory = Path.of(args[0]);
            try {
                Child.start(dummy(directory, "obedient"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Thread.currentThread().join();
        }
    }
}
