package dev.sluice.system.cold;

import dev.sluice.local.kafka.BrokerMain;
import dev.sluice.local.process.Child;
import dev.sluice.local.process.Launch;
import dev.sluice.local.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** One more broker in a stack's cluster, beside the first, which remains the controller. Its data outlive it. */
final class SecondBroker implements AutoCloseable {
    static final int ID = 2;

    private final Launch launch;
    private @Nullable Child process;

    /**
     * Not started yet.
     *
     * @param folder of the stack
     */
    SecondBroker(Path folder) {
        // Beside the data of the first (BrokerMain).
        var first = folder.resolve("kafka.properties");
        var port = Ports.free(1).get(0);
        this.launch = new Launch(
                "kafka-2",
                Path.of(System.getProperty("java.home")),
                List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                Launch.ownClassPath(),
                BrokerMain.class.getName(),
                List.of(
                        String.valueOf(port),
                        "0",
                        folder.resolve("kafka-2").toString(),
                        "node.id=" + ID,
                        "process.roles=broker",
                        "controller.quorum.voters=" + voters(first),
                        "listeners=PLAINTEXT://127.0.0.1:" + port),
                Map.of(),
                folder,
                folder.resolve("logs/kafka-2.log"));
    }

    private static String voters(Path configuration) {
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(configuration)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("controller.quorum.voters");
    }

    void start() throws IOException {
        process = Child.start(launch);
    }

    /** Without a word to anybody. */
    void kill() {
        var running = process;
        if (running != null) {
            running.kill();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
