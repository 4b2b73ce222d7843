package dev.sluice.local.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Properties;
import kafka.Kafka;
import kafka.tools.StorageTool;

/**
 * Main class of the broker's process: one real broker that is its own KRaft controller, as Kafka's own scripts start it.
 * Arguments: port, controller port, data
 * directory, then further properties as {@code name=value}, or {@code name+=value} to lengthen a list. A directory that holds data
 * is taken up where it was left.
 */
public final class BrokerMain {

    /** Any valid id will do; a fixed one lets a restart use the directory that it formatted before. */
    private static final String CLUSTER_ID = "c2x1aWNlLWxvY2FsLTAwMQ";

    private BrokerMain() {}

    public static void main(String[] args) throws IOException {
        var data = Path.of(args[2]);
        Files.createDirectories(data);
        var file = data.resolveSibling(data.getFileName() + ".properties");
        try (var writer = Files.newBufferedWriter(file)) {
            var config = configuration(Integer.parseInt(args[0]), Integer.parseInt(args[1]), data);
            for (var property : Arrays.asList(args).subList(3, args.length)) {
                var equals = property.indexOf('=');
                set(config, property.substring(0, equals), property.substring(equals + 1));
            }
            config.store(writer, null);
        }
        var format = new String[] {"format", "-t", CLUSTER_ID, "-c", file.toString(), "--ignore-formatted"};
        if (StorageTool.execute(format, System.out) != 0) {
            System.err.println("ERROR can't format " + data);
            System.exit(1);
        }
        Kafka.main(new String[] {file.toString()});
    }

    private static void set(Properties config, String name, String value) {
        if (name.endsWith("+")) {
            config.merge(name.substring(0, name.length() - 1), value, (list, more) -> list + "," + more);
        } else {
            config.setProperty(name, value);
        }
    }

    static Properties configuration(int port, int controllerPort, Path data) {
        var config = new Properties();
        config.setProperty("process.roles", "broker,controller");
        config.setProperty("node.id", "1");
        config.setProperty("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        config.setProperty("controller.listener.names", "CONTROLLER");
        config.setProperty("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        config.setProperty("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        config.setProperty("log.dirs", data.toString());
        // Topics are the publisher's to create; a mistyped name must not become one.
        config.setProperty("auto.create.topics.enable", "false");
        // The system topics are made for clusters; one broker can hold one copy.
        config.setProperty("offsets.topic.replication.factor", "1");
        config.setProperty("offsets.topic.num.partitions", "1");
        config.setProperty("transaction.state.log.replication.factor", "1");
        config.setProperty("transaction.state.log.min.isr", "1");
        config.setProperty("transaction.state.log.num.partitions", "1");
        config.setProperty("share.coordinator.state.topic.replication.factor", "1");
        config.setProperty("share.coordinator.state.topic.min.isr", "1");
        // Nobody waits for a group to fill up on one machine.
        config.setProperty("group.initial.rebalance.delay.ms", "0");
        // Memory: the defaults (128 MiB of dedupe buffer, 8+3 threads) are for real brokers.
        config.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(4 * 1024 * 1024));
        config.setProperty("num.io.threads", "4");
        config.setProperty("num.network.threads", "2");
        config.setProperty("background.threads", "2");
        return config;
    }
}
