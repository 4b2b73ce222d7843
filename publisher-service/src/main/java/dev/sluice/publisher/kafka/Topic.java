package dev.sluice.publisher.kafka;

import dev.sluice.contract.cursor.TopicBinding;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;

/** Finds the topic, or creates it. Each call asks Kafka and waits for its answer, so not on an event loop. */
final class Topic {
    private static final Logger LOG = Logger.getLogger(Topic.class);
    private final WantedTopic config;

    /** What Kafka says of it. */
    record Found(TopicBinding binding, int partitions) {}

    Topic(WantedTopic config) {
        this.config = config;
    }

    /**
     * @throws KafkaException when Kafka does not answer
     * @throws TopicUnusable when it is not there and can't be created, or may not be seen
     */
    Found find(Admin admin) throws TopicUnusable {
        try {
            return describe(admin);
        } catch (UnknownTopicOrPartitionException missing) {
            if (!config.create()) {
                throw new TopicUnusable(
                        "the topic '" + config.name()
                                + "' is missing, and sluice.topic.create is false: create it with "
                                + config.essential(),
                        missing);
            }
            create(admin);
            return describe(admin);
        } catch (AuthorizationException | InvalidTopicException unusable) {
            throw new TopicUnusable(
                    "the topic '" + config.name() + "' (" + config.key() + ") can't be used: " + unusable.getMessage(),
                    unusable);
        }
    }

    /** Tells when an existing topic's times are not the log's own, because {@code since} then means producers' clocks. */
    void checkTimestamps(Admin admin) {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, config.name());
        try {
            Map<ConfigResource, Config> answer =
                    await(admin.describeConfigs(List.of(resource)).all());
            String type = Optional.ofNullable(answer.get(resource))
                    .map(topic -> topic.get(WantedTopic.TIMESTAMP_TYPE))
                    .map(ConfigEntry::value)
                    .orElse(WantedTopic.LOG_APPEND_TIME);
            if (!type.equals(WantedTopic.LOG_APPEND_TIME)) {
                LOG.warnf(
                        "The topic has times of its producers, so that 'since' follows their clocks: topic=%s %s=%s wanted=%s",
                        config.name(), WantedTopic.TIMESTAMP_TYPE, type, WantedTopic.LOG_APPEND_TIME);
            }
        } catch (KafkaException notTold) {
            LOG.infof(
                    "Kafka does not tell how the topic is configured: topic=%s error=%s",
                    config.name(), notTold.getMessage());
        }
    }

    private Found describe(Admin admin) {
        TopicDescription description = await(
                        admin.describeTopics(List.of(config.name())).allTopicNames())
                .get(config.name());
        if (description == null) {
            throw new UnknownTopicOrPartitionException(config.name());
        }
        return new Found(
                TopicBinding.of(config.name(), description.topicId().toString()),
                description.partitions().size());
    }

    private void create(Admin admin) throws TopicUnusable {
        var topic =
                new NewTopic(config.name(), config.partitions(), config.replicationFactor()).configs(config.configs());
        try {
            await(admin.createTopics(List.of(topic)).all());
            LOG.infof("Created the topic: topic=%s partitions=%d", config.name(), config.partitions());
        } catch (TopicExistsException already) {
            LOG.debugf("Another publisher created the topic: topic=%s", config.name());
        } catch (AuthorizationException
                | PolicyViolationException
                | InvalidTopicException
                | InvalidPartitionsException
                | InvalidReplicationFactorException refused) {
            throw new TopicUnusable(
                    "the topic '" + config.name()
                            + "' is missing and Kafka does not let it be created (sluice.topic.*): "
                            + refused.getMessage(),
                    refused);
        }
    }

    /** Bounded by the admin client's own time-out. */
    private static <T> T await(KafkaFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new KafkaException("stopped while waiting for Kafka", stopped);
        }
    }
}
