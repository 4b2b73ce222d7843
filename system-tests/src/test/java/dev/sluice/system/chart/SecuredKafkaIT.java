package dev.sluice.system.chart;

import static dev.sluice.system.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.local.Component;
import dev.sluice.local.LocalStack;
import dev.sluice.local.LocalStackBuilder;
import dev.sluice.local.process.Ports;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * From values to processes, with a Kafka that lets in nobody without credentials and nobody further than the chart's KafkaUsers may
 * go: publisher and sse-edge with certificates, ws-edge and grpc-edge with passwords, all over TLS.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecuredKafkaIT {
    private static final Path DIRECTORY = Path.of("target/stacks/chart");
    private static final String WITH_CERTIFICATES = """
            image: {registry: registry.example.com}
            auth:
              issuer: http://replaced
              rules:
                admins: {role: publisher, publish: ["**"]}
                readers: {role: reader, subscribe: ["**"]}
                everybody: {subscribe: ["users.{sub}.**"], publish: ["users.{sub}.**"]}
            caBundle: {secretName: issuer-ca}
            kafka:
              bootstrapServers: 127.0.0.1:%d
              tls: {enabled: true}
              mtls: {enabled: true}
              strimzi: {enabled: true, cluster: events}
            defaults:
              config: {sluice.heartbeat.interval: 1s, quarkus.log.console.json.enabled: "false"}
              drain: {windowSeconds: 1}
            """;
    private static final String WITH_PASSWORDS = """
            kafka:
              bootstrapServers: 127.0.0.1:%d
              tls: {enabled: true}
              sasl: {mechanism: PLAIN}
              users:
                publisher: {secretName: publisher-password}
                edges: {secretName: edges-password}
            """;

    private final KeyPair broker;
    private final Sluice sluice;
    private final Pods certified;

    SecuredKafkaIT() throws IOException, InterruptedException, ExecutionException {
        broker = KeyPair.of("broker", DIRECTORY.resolve("keys"));
        KeyPair publisher = KeyPair.of("events-sluice-publisher", DIRECTORY.resolve("keys"));
        KeyPair edges = KeyPair.of("events-sluice-edges", DIRECTORY.resolve("keys"));
        List<Integer> ports = Ports.free(2);
        certified = Pods.of(
                WITH_CERTIFICATES.formatted(ports.get(0)),
                DIRECTORY.resolve("certified"),
                Map.of(
                        "events-cluster-ca-cert", Map.of("ca.crt", broker.certificate()),
                        "events-sluice-publisher",
                                Map.of("user.crt", publisher.certificate(), "user.key", publisher.key()),
                        "events-sluice-edges", Map.of("user.crt", edges.certificate(), "user.key", edges.key()),
                        "issuer-ca", Map.of("ca.crt", broker.certificate())));
        // What the first have of Strimzi, the others have of somebody's own hand.
        Pods passwords = Pods.of(
                WITH_CERTIFICATES
                        .replaceFirst("(?s)kafka:.*?\ndefaults", WITH_PASSWORDS.formatted(ports.get(1)) + "defaults")
                        .replace(
                                "tls: {enabled: true}",
                                "tls: {enabled: true, caSecret: {name: events-cluster-ca-cert}}"),
                DIRECTORY.resolve("passwords"),
                Map.of(
                        "events-cluster-ca-cert", Map.of("ca.crt", broker.certificate()),
                        "edges-password", Map.of("sasl.jaas.config", jaas("edges")),
                        "issuer-ca", Map.of("ca.crt", broker.certificate())));

        prepareTopic();
        LocalStackBuilder stack = kafka(List.of(publisher, edges), ports);
        certified.run(Component.PUBLISHER, stack);
        certified.run(Component.SSE_EDGE, stack);
        passwords.run(Component.WS_EDGE, stack);
        passwords.run(Component.GRPC_EDGE, stack);
        sluice = new Sluice(stack.start());
    }

    @AfterAll
    void stop() {
        sluice.close();
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void shouldBringEventsThroughASecuredKafka(Protocol protocol) {
        String channel = Sluice.unique("secured." + protocol);
        try (var connection = sluice.subscribe(protocol, to(channel))) {
            Expect.started(connection);
            sluice.producer().text(channel, "kept from others");

            assertThat(Expect.eventWith(connection, "kept from others").text()).isEqualTo("kept from others");
        }
    }

    @Test
    void shouldHaveTheChartsRules() {
        try (var connection = sluice.subscribe(Protocol.SSE, sluice.token("alice"), to("users.bob.inbox"))) {
            assertThat(Expect.refusal(connection).reason()).isEqualTo("forbidden");
        }
        try (var connection = sluice.subscribe(Protocol.SSE, sluice.token("alice"), to("users.alice.inbox"))) {
            Expect.started(connection);
        }
    }

    private static String jaas(String user) {
        return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"pass-%s\";"
                .formatted(user, user);
    }

    /** The topic and what its users may do, as the rendered KafkaTopic and KafkaUsers say, before anybody needs them. */
    private void prepareTopic() throws InterruptedException, ExecutionException {
        try (LocalStack alone = authorizing(LocalStack.builder(DIRECTORY))
                        .only(Component.KAFKA)
                        .start();
                Admin admin = Admin.create(Map.of(
                        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                        alone.kafka().bootstrapServers()))) {
            JsonNode topic =
                    certified.object("KafkaTopic", "events-sluice-events").path("spec");
            var config = new HashMap<String, String>();
            topic.path("config")
                    .properties()
                    .forEach(
                            entry -> config.put(entry.getKey(), entry.getValue().asText()));
            admin.createTopics(List.of(new NewTopic(
                                    topic.path("topicName").asText(),
                                    topic.path("partitions").asInt(),
                                    (short) 1)
                            .configs(config)))
                    .all()
                    .get();
            var rights = new ArrayList<AclBinding>();
            for (String side : List.of("publisher", "edges")) {
                JsonNode acl =
                        certified.object("KafkaUser", "events-sluice-" + side).at("/spec/authorization/acls/0");
                for (JsonNode operation : acl.path("operations")) {
                    for (String principal : List.of("User:CN=events-sluice-" + side, "User:" + side)) {
                        rights.add(new AclBinding(
                                new ResourcePattern(
                                        ResourceType.TOPIC,
                                        acl.at("/resource/name").asText(),
                                        PatternType.LITERAL),
                                new AccessControlEntry(
                                        principal, "*", operation(operation.asText()), AclPermissionType.ALLOW)));
                    }
                }
            }
            admin.createAcls(rights).all().get();
        }
    }

    private static AclOperation operation(String name) {
        return AclOperation.fromString(
                name.replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT));
    }

    /** Whoever comes in plain text is the broker itself, or the test. */
    private static LocalStackBuilder authorizing(LocalStackBuilder stack) {
        return stack.kafkaProperty("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                .kafkaProperty("super.users", "User:ANONYMOUS");
    }

    private LocalStackBuilder kafka(List<KeyPair> users, List<Integer> ports) {
        String trusted =
                String.join("", users.stream().map(KeyPair::certificate).toList());
        LocalStackBuilder stack = authorizing(LocalStack.builder(DIRECTORY))
                .keepData()
                .kafkaProperty(
                        "listener.security.protocol.map",
                        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,CERTIFICATES:SSL,PASSWORDS:SASL_SSL")
                .kafkaProperty("listener.name.certificates.ssl.client.auth", "required")
                .kafkaProperty("listener.name.certificates.ssl.truststore.type", "PEM")
                .kafkaProperty("listener.name.certificates.ssl.truststore.certificates", trusted)
                .kafkaProperty("listener.name.passwords.sasl.enabled.mechanisms", "PLAIN")
                .kafkaProperty(
                        "listener.name.passwords.plain.sasl.jaas.config",
                        "org.apache.kafka.common.security.plain.PlainLoginModule required user_edges=\"pass-edges\";");
        List<String> names = List.of("CERTIFICATES", "PASSWORDS");
        var listeners = new ArrayList<String>();
        for (int i = 0; i < names.size(); i++) {
            String listener = names.get(i) + "://127.0.0.1:" + ports.get(i);
            String prefix = "listener.name." + names.get(i).toLowerCase(Locale.ROOT) + ".ssl.keystore.";
            stack.kafkaProperty(prefix + "type", "PEM")
                    .kafkaProperty(prefix + "key", broker.key())
                    .kafkaProperty(prefix + "certificate.chain", broker.certificate());
            listeners.add(listener);
        }
        return stack.kafkaProperty("listeners+", String.join(",", listeners))
                .kafkaProperty("advertised.listeners+", String.join(",", listeners));
    }
}
