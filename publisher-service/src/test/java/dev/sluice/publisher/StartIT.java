package dev.sluice.publisher;

import static dev.sluice.publisher.PublisherStack.STACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.local.Component;
import dev.sluice.local.LocalStack;
import dev.sluice.local.LocalStackBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Another publisher beside the one of the other tests, each time with another configuration. */
@Tag("full")
class StartIT {
    private static final Path DIRECTORY = Path.of("target/local-start-it");

    private static LocalStackBuilder publisher() {
        return LocalStack.builder(DIRECTORY)
                .only(Component.PUBLISHER)
                .env(
                        Component.PUBLISHER,
                        "KAFKA_BOOTSTRAP_SERVERS",
                        STACK.kafka().bootstrapServers())
                .env(
                        Component.PUBLISHER,
                        "QUARKUS_OIDC_AUTH_SERVER_URL",
                        STACK.identity().issuer().toString());
    }

    private static String log() throws IOException {
        return Files.readString(DIRECTORY.resolve("logs/publisher.log"));
    }

    @Test
    void shouldNotStartWithoutATopicThatItMayNotCreate() throws Exception {
        var wrong = publisher()
                .env(Component.PUBLISHER, "SLUICE_TOPIC_NAME", "missing")
                .env(Component.PUBLISHER, "SLUICE_TOPIC_CREATE", "false");
        assertThatThrownBy(wrong::start).hasMessageContaining("ended with code 1");
        assertThat(log()).contains("the topic 'missing' is missing, and sluice.topic.create is false");
    }

    @Test
    void shouldNotStartWhenKafkaRefusesTheTopic() throws Exception {
        var wrong = publisher()
                .env(Component.PUBLISHER, "SLUICE_TOPIC_NAME", "wide")
                .env(Component.PUBLISHER, "SLUICE_TOPIC_REPLICATION_FACTOR", "3");
        assertThatThrownBy(wrong::start).hasMessageContaining("ended with code 1");
        assertThat(log()).contains("the topic 'wide' is missing and Kafka does not let it be created");
    }

    /** Events do not need the topic of positions. */
    @Test
    void shouldTakeEventsWhenPositionsHaveNoTopic() throws Exception {
        try (var stack = publisher()
                .env(Component.PUBLISHER, "SLUICE_POSITIONS_TOPIC", "no topic")
                .start()) {
            assertThat(stack.service(Component.PUBLISHER).isReady()).isTrue();
            assertThat(log())
                    .contains("There are no acknowledged subscriptions")
                    .contains("sluice.positions.topic");
        }
    }

    @Test
    void shouldNotStartWithRulesThatAreNone() throws Exception {
        var wrong = publisher().env(Component.PUBLISHER, "SLUICE_AUTH_RULES_BAD_PUBLISH", "a.**.b");
        assertThatThrownBy(wrong::start).hasMessageContaining("ended with code 1");
        assertThat(log()).contains("sluice.auth.rules.").contains("a.**.b");
    }

    @Test
    void shouldWarnOfATopicWithTheTimesOfItsProducers() throws Exception {
        try (var admin = Admin.create(
                Map.<String, Object>of("bootstrap.servers", STACK.kafka().bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("create-time", Optional.of(1), Optional.empty())))
                    .all()
                    .get();
        }
        try (var stack = publisher()
                .env(Component.PUBLISHER, "SLUICE_TOPIC_NAME", "create-time")
                .start()) {
            assertThat(stack.service(Component.PUBLISHER).isReady()).isTrue();
            assertThat(log()).contains("message.timestamp.type=CreateTime");
        }
    }
}
