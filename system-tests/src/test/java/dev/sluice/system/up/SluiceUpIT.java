package dev.sluice.system.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.local.Component;
import dev.sluice.local.RepositoryRoot;
import dev.sluice.system.client.Expect;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Left out when somebody is using the default ports of this machine: it has only one set of them. */
class SluiceUpIT {

    private static final int REPLICAS = 2;
    private static final Duration UNTIL_READY = Duration.ofMinutes(3);
    private static final String JWT = "[\\w-]+\\.[\\w-]+\\.[\\w-]+";

    /** What is built is this very build: {@code ./sluice up} need not build it once more, in the midst of it. */
    @BeforeAll
    static void everythingIsBuilt() throws IOException {
        var stamp = RepositoryRoot.find().resolve(".sluice/built");
        Files.createDirectories(stamp.getParent());
        if (!Files.exists(stamp)) {
            Files.createFile(stamp);
        }
        Files.setLastModifiedTime(stamp, FileTime.from(Instant.now()));
    }

    @BeforeEach
    void portsAreFree() {
        var busy = DefaultPorts.busy(REPLICAS);
        assumeTrue(busy.isEmpty(), "in use: " + busy);
    }

    @Test
    void shouldRunWhatItPrintsAndLeaveNothingBehind() throws Exception {
        var listeners = new ArrayList<Shell>();
        List<ProcessHandle> processes;
        try (var up = Shell.runInForeground("./sluice", "up", "--replicas", Integer.toString(REPLICAS))) {
            awaitReady(up);
            processes = up.handle().descendants().toList();
            assertThat(processes).hasSizeGreaterThanOrEqualTo(3 + 3 * REPLICAS);

            var welcome = Welcome.of(up.out());
            var env = Map.of("TOKEN", output(welcome.tokenCommand()));
            assertThat(env.get("TOKEN")).matches(JWT);
            assertThat(welcome.listenCommands()).hasSizeGreaterThanOrEqualTo(4);
            for (var command : welcome.listenCommands()) {
                listeners.add(Shell.run(env, command));
            }
            // Each publishes once more until all have heard of it: when a listener is there it does not say.
            Expect.eventually("hello on each of " + welcome.listenCommands(), UNTIL_READY, () -> {
                assertThat(publish(env, welcome)).isZero();
                return listeners.stream().allMatch(SluiceUpIT::heardHello) ? Optional.of(true) : Optional.empty();
            });
            assertThat(listeners).allMatch(Shell::isAlive);
            assertThat(output("./sluice status")).contains("publisher", "sse-edge-1", "ws-edge-1", "grpc-edge-1");

            up.interrupt();
            up.exitCode();
        } finally {
            listeners.forEach(Shell::close);
        }
        assertThat(processes).noneMatch(ProcessHandle::isAlive);
        assertThat(DefaultPorts.busy(REPLICAS)).isEmpty();
    }

    @Test
    void shouldSayInOneLineWhichPortIsInUse() throws Exception {
        var port = Component.WS_EDGE.defaultPort();
        try (var squatter = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                var up = Shell.runInForeground("./sluice", "up")) {
            assertThat(up.exitCode()).isNotZero();
            Expect.until("an error", () -> !up.err().isEmpty());
            assertThat(up.err()).hasSize(1);
            assertThat(up.err().get(0)).contains("port " + port, "ws-edge", "in use");
            assertThat(squatter.isBound()).isTrue();
        }
        assertThat(DefaultPorts.busy(REPLICAS)).isEmpty();
    }

    private static void awaitReady(Shell up) {
        Expect.eventually("ready", UNTIL_READY, () -> {
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
    private static String output(String command) throws Exception {
        try (var shell = Shell.run(Map.of(), command)) {
            assertThat(shell.exitCode()).as(command).isZero();
            Expect.until("output of " + command, () -> !shell.out().isEmpty());
            assertThat(shell.err()).isEmpty();
            return String.join("\n", shell.out());
        }
    }
}
