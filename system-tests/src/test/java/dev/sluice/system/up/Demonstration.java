package dev.sluice.system.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.RepositoryRoot;
import dev.sluice.system.client.Expect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Somebody who runs {@code ./sluice up}, follows what it prints, and presses Ctrl-C.
 *
 * @param command with its options
 */
record Demonstration(List<String> command) {

    private static final String JWT = "[\\w-]+\\.[\\w-]+\\.[\\w-]+";
    /** The six that there are at least. */
    private static final int PROCESSES = 6;

    static Demonstration of(String... options) {
        var all = new ArrayList<>(List.of("./sluice", "up"));
        all.addAll(List.of(options));
        return new Demonstration(all);
    }

    /** What is built is this very build: {@code ./sluice up} need not build it once more, in the midst of it. */
    static void everythingIsBuilt() throws IOException {
        var stamp = RepositoryRoot.find().resolve(".sluice/built");
        Files.createDirectories(stamp.getParent());
        if (!Files.exists(stamp)) {
            Files.createFile(stamp);
        }
        Files.setLastModifiedTime(stamp, FileTime.from(Instant.now()));
    }

    /** What somebody does besides, who has a token. */
    interface Meanwhile {
        void use(String token) throws Exception;
    }

    void follow(Duration untilReady, String... running) throws Exception {
        follow(untilReady, token -> {}, running);
    }

    /**
     * @param meanwhile what else is looked at while everything runs
     * @param running what {@code ./sluice status} has to name
     */
    void follow(Duration untilReady, Meanwhile meanwhile, String... running) throws Exception {
        var noNode = NoNode.in(Files.createTempDirectory("no-node"));
        var listeners = new ArrayList<Shell>();
        List<ProcessHandle> processes;
        try (var up = Shell.runInForeground(noNode.env(), command.toArray(String[]::new))) {
            awaitReady(up, untilReady);
            processes = up.handle().descendants().toList();
            assertThat(processes).hasSizeGreaterThanOrEqualTo(PROCESSES);

            ConsolePage.shouldBeServed(up.out());
            var welcome = Welcome.of(up.out());
            var token = output(welcome.tokenCommand());
            assertThat(token).matches(JWT);
            var env = Map.of("TOKEN", token);
            assertThat(welcome.listenCommands()).hasSizeGreaterThanOrEqualTo(4);
            for (var listen : welcome.listenCommands()) {
                listeners.add(Shell.run(env, listen));
            }
            // Each publishes once more until all have heard of it: when a listener is there it does not say.
            Expect.eventually("hello on each of " + welcome.listenCommands(), untilReady, () -> {
                assertThat(publish(env, welcome)).isZero();
                return listeners.stream().allMatch(Demonstration::heardHello) ? Optional.of(true) : Optional.empty();
            });
            assertThat(listeners).allMatch(Shell::isAlive);
            assertThat(output("./sluice status")).contains(running);
            meanwhile.use(token);

            up.interrupt();
            up.exitCode();
        } finally {
            listeners.forEach(Shell::close);
        }
        assertThat(processes).noneMatch(ProcessHandle::isAlive);
        noNode.shouldNotHaveBeenAskedFor();
    }

    private static void awaitReady(Shell up, Duration untilReady) {
        Expect.eventually("ready", untilReady, () -> {
            if (!up.isAlive()) {
                throw new AssertionError("it ended: " + up.out() + up.err());
            }
            return up.out().stream().filter(line -> line.contains("Ctrl-C")).findFirst();
        });
        assertThat(up.out()).contains("ready");
    }

    private static int publish(Map<String, String> env, Welcome welcome) {
        try (var publish = Shell.run(env, welcome.publishCommand())) {
            return publish.exitCode();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean heardHello(Shell listener) {
        return listener.out().stream().anyMatch(line -> line.contains("hello"));
    }

    /** What a command prints, when it prints it on its standard output alone. */
    static String output(String command) throws Exception {
        try (var shell = Shell.run(Map.of(), command)) {
            assertThat(shell.exitCode()).as(command).isZero();
            Expect.until("output of " + command, () -> !shell.out().isEmpty());
            assertThat(shell.err()).isEmpty();
            return String.join("\n", shell.out());
        }
    }
}
