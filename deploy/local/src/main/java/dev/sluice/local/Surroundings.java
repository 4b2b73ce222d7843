package dev.sluice.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What one service needs around it when it runs in a JVM of somebody else's, as that of its tests: Kafka with the topics that the
 * publisher would have made, and the identity provider, each a process. For one thread.
 */
public final class Surroundings implements AutoCloseable {
    private static final int PARTITIONS = 3;

    private final LocalStack stack;

    private Surroundings(LocalStack stack) {
        this.stack = stack;
    }

    /** @throws StartFailed with one clear line; nothing is left running then */
    public static Surroundings start(Path directory) {
        var stack = LocalStack.builder(directory)
                .only(Component.KAFKA, Component.IDENTITY)
                .start();
        try {
            makeTopics(stack.kafka().bootstrapServers());
        } catch (RuntimeException e) {
            stack.close();
            throw e;
        }
        return new Surroundings(stack);
    }

    private static void makeTopics(String bootstrapServers) {
        try (var admin = Admin.create(Map.<String, Object>of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(List.of(
                            new NewTopic("sluice.events", Optional.of(PARTITIONS), Optional.empty())
                                    .configs(Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime")),
                            new NewTopic("sluice.positions", Optional.of(1), Optional.empty())
                                    .configs(Map.of(
                                            TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)),
                            new NewTopic("sluice.revocations", Optional.of(1), Optional.empty())))
                    .all()
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StartFailed.before("stopped while Kafka's topics were made");
        } catch (ExecutionException e) {
            throw StartFailed.before("Kafka's topics could not be made: " + e.getCause());
        }
    }

    /** What finds them, by the keys of the services. */
    public Map<String, String> config() {
        return Map.of(
                "kafka.bootstrap.servers", stack.kafka().bootstrapServers(),
                "quarkus.oidc.auth-server-url", stack.identity().issuer().toString());
    }

    /** A token of that user. */
    public String token(String user, String... roles) {
        return stack.identity().token(user, roles);
    }

    @Override
    public void close() {
        stack.close();
    }
}
