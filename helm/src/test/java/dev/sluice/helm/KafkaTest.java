package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How the services sign in to Kafka, and where secrets come from. */
class KafkaTest {

    @ParameterizedTest
    @CsvSource({
        "default-values.yaml, PLAINTEXT",
        "kafka-mtls-values.yaml, SSL",
        "strimzi-values.yaml, SSL",
        "sasl-values.yaml, SASL_SSL",
        "everything-values.yaml, SASL_SSL"
    })
    void shouldSpeakToKafkaAsIsSaid(String file, String protocol) {
        Manifests manifests = Chart.of(file);
        assertThat(manifests.kind("Deployment")).isNotEmpty().allSatisfy(deployment -> assertThat(
                        manifests.env(Manifests.component(deployment), "KAFKA_SECURITY_PROTOCOL"))
                .isEqualTo(protocol));
    }

    @EachFile
    void shouldMountTheCaWhereItIsLookedFor(String file, String kubernetes) {
        Manifests manifests = Chart.of(file, kubernetes);
        assertThat(manifests.kind("Deployment")).allSatisfy(deployment -> {
            String component = Manifests.component(deployment);
            String location = manifests.env(component, "KAFKA_SSL_TRUSTSTORE_LOCATION");
            boolean mounted = Manifests.items(manifests.container(component).path("volumeMounts"))
                    .anyMatch(mount -> location.equals(mount.path("mountPath").asText() + "/ca.crt"));
            assertThat(mounted).isEqualTo(!location.isEmpty());
        });
        assertThat(Chart.of("sasl-values.yaml").env("sse", "KAFKA_SSL_TRUSTSTORE_LOCATION"))
                .as("the CAs of Java need no file")
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "kafka-mtls-values.yaml, publisher, KAFKA_SSL_KEYSTORE_KEY, kafka-publisher, tls.key",
        "kafka-mtls-values.yaml, sse, KAFKA_SSL_KEYSTORE_CERTIFICATE_CHAIN, kafka-edges, tls.crt",
        "strimzi-values.yaml, publisher, KAFKA_SSL_KEYSTORE_KEY, events-sluice-publisher, user.key",
        "strimzi-values.yaml, grpc, KAFKA_SSL_KEYSTORE_KEY, events-sluice-edges, user.key",
        "sasl-values.yaml, ws, KAFKA_SASL_JAAS_CONFIG, kafka-edges, sasl.jaas.config",
        "everything-values.yaml, publisher, KAFKA_SASL_JAAS_CONFIG, events-notifications-publisher, sasl.jaas.config"
    })
    void shouldTakeCredentialsFromTheSecretOfTheSide(
            String file, String component, String variable, String secret, String key) {
        JsonNode reference = Manifests.items(Chart.of(file).container(component).path("env"))
                .filter(entry -> entry.path("name").asText().equals(variable))
                .findFirst()
                .orElseThrow()
                .at("/valueFrom/secretKeyRef");

        assertThat(reference.path("name").asText()).isEqualTo(secret);
        assertThat(reference.path("key").asText()).isEqualTo(key);
    }

    @Test
    void shouldLetOnlyThePublisherWrite() {
        Manifests manifests = Chart.of("strimzi-values.yaml");

        assertThat(operations(manifests, "events-sluice-publisher"))
                .containsExactly("Describe", "DescribeConfigs", "Write");
        assertThat(operations(manifests, "events-sluice-edges")).containsExactly("Describe", "Read");
        JsonNode topic = manifests.one("KafkaTopic", "events-sluice-events").path("spec");
        assertThat(topic.path("topicName").asText()).isEqualTo(manifests.env("sse", "SLUICE_TOPIC_NAME"));
        assertThat(topic.at("/config/retention.ms").asLong()).isEqualTo(3 * 24 * 3600 * 1000L);
        assertThat(topic.at("/config/message.timestamp.type").asText()).isEqualTo("LogAppendTime");
        assertThat(manifests.env("publisher", "SLUICE_TOPIC_CREATE")).isEqualTo("false");
        JsonNode positions =
                manifests.one("KafkaTopic", "events-sluice-positions").path("spec");
        assertThat(positions.path("topicName").asText()).isEqualTo(manifests.env("sse", "SLUICE_POSITIONS_TOPIC"));
        assertThat(positions.path("partitions").asInt()).isEqualTo(1);
        assertThat(positions.at("/config/cleanup.policy").asText()).isEqualTo("compact");
        JsonNode revocations =
                manifests.one("KafkaTopic", "events-sluice-revocations").path("spec");
        assertThat(revocations.path("topicName").asText()).isEqualTo(manifests.env("sse", "SLUICE_REVOCATIONS_TOPIC"));
        assertThat(revocations.path("partitions").asInt()).isEqualTo(1);
        assertThat(revocations.at("/config/retention.ms").asLong()).isEqualTo(24 * 3600 * 1000L);
        assertThat(manifests.env("publisher", "SLUICE_REVOCATIONS_RETENTION")).isEqualTo("1d");
        for (int topicThatItReads : new int[] {1, 2}) {
            assertThat(Manifests.texts(manifests
                            .one("KafkaUser", "events-sluice-publisher")
                            .at("/spec/authorization/acls/" + topicThatItReads + "/operations")))
                    .containsExactly("Describe", "DescribeConfigs", "Write", "Read");
        }
        assertThat(Manifests.texts(
                        manifests.one("KafkaUser", "events-sluice-edges").at("/spec/authorization/acls/2/operations")))
                .containsExactly("Describe", "Read");
    }

    /** Nothing is generated, so that what GitOps renders is what is in the cluster. */
    @EachFile
    void shouldReferToSecretsThatSomebodyMade(String file, String kubernetes) throws IOException {
        Manifests manifests = Chart.of(file, kubernetes);
        String values = Files.readString(Chart.ci(file));

        assertThat(manifests.kind("Secret")).isEmpty();
        assertThat(manifests.kind("Deployment"))
                .allSatisfy(deployment -> assertThat(references(Manifests.podSpec(deployment)))
                        .isNotEmpty()
                        .allMatch(name -> manifests.has("ConfigMap", name)
                                || manifests.has("KafkaUser", name)
                                || manifests.has("Certificate", name)
                                || name.equals("events-cluster-ca-cert") && values.contains("cluster: events")
                                || values.contains(name)));
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.helm.Chart#ciFiles")
    void shouldHaveNoSecretInTheOpen(String file) {
        Manifests manifests = Chart.of(file);
        String secret = "(?is).*(password|begin [a-z ]*private key|jaas).*";

        assertThat(manifests.kind("ConfigMap"))
                .filteredOn(map -> !Manifests.component(map).isEmpty())
                .isNotEmpty()
                .noneMatch(map -> map.path("data").toString().matches(secret));
        assertThat(manifests.kind("Deployment"))
                .flatExtracting(deployment ->
                        Manifests.texts(Manifests.podSpec(deployment).at("/containers/0/env")))
                .noneMatch(value -> value.matches(secret));
    }

    private static List<String> operations(Manifests manifests, String user) {
        JsonNode acls = manifests.one("KafkaUser", user).at("/spec/authorization/acls");
        assertThat(Manifests.items(acls).map(acl -> acl.at("/resource/name").asText()))
                .containsExactly("sluice.events", "sluice.positions", "sluice.revocations");
        // The publisher reads two of them besides.
        assertThat(acls.at("/1/operations")).isEqualTo(acls.at("/2/operations"));
        assertThat(Manifests.texts(acls.at("/1/operations"))).containsAll(Manifests.texts(acls.at("/0/operations")));
        return Manifests.texts(acls.at("/0/operations"));
    }

    private static List<String> references(JsonNode spec) {
        Stream<JsonNode> variables =
                Manifests.items(spec.at("/containers/0/env")).map(env -> env.at("/valueFrom/secretKeyRef/name"));
        Stream<JsonNode> volumes = Manifests.items(spec.path("volumes"))
                .flatMap(volume -> Stream.of(volume.at("/secret/secretName"), volume.at("/configMap/name")));
        return Stream.concat(variables, volumes)
                .filter(name -> !name.isMissingNode())
                .map(JsonNode::asText)
                .toList();
    }
}
