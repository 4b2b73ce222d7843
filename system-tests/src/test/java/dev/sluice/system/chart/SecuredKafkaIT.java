package dev.sluice.system.chart;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.client.Conversation;
import dev.sluice.client.http.Http;
import dev.sluice.local.Component;
import dev.sluice.local.LocalStack;
import dev.sluice.local.LocalStackBuilder;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.local.process.Ports;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.observe.Scrape;
import dev.sluice.system.stack.Sluice;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * From values to processes, with a Kafka that lets in nobody without credentials and nobody further than the chart's KafkaUsers may
 * go: publisher and sse-edge with certificates, ws-edge and grpc-edge with passwords (SCRAM), all over TLS.
 */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecuredKafkaIT {
    private static final Path DIRECTORY = Path.of("target/stacks/chart");
    private static final String WITH_CERTIFICATES = """
            image: {registry: registry.example.com}
            edgeKeys: {secretName: edge-keys}
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
              sasl: {mechanism: SCRAM-SHA-512}
              users:
                publisher: {secretName: publisher-password}
                edges: {secretName: edges-password}
            """;

    private final KeyPair broker;
    private final Sluice sluice;
    private final List<Integer> ports;
    private final Pods certified;
    private final Pods passwords;

    SecuredKafkaIT() throws IOException, InterruptedException, ExecutionException {
        broker = KeyPair.of("broker", DIRECTORY.resolve("keys"));
        KeyPair publisher = KeyPair.of("events-sluice-publisher", DIRECTORY.resolve("keys"));
        KeyPair edges = KeyPair.of("events-sluice-edges", DIRECTORY.resolve("keys"));
        ports = Ports.free(2);
        certified = Pods.of(
                WITH_CERTIFICATES.formatted(ports.get(0)),
                DIRECTORY.resolve("certified"),
                Map.of(
                        "edge-keys", Pods.EDGE_KEYS,
                        "events-cluster-ca-cert", Map.of("ca.crt", broker.certificate()),
                        "events-sluice-publisher",
                                Map.of("user.crt", publisher.certificate(), "user.key", publisher.key()),
                        "events-sluice-edges", Map.of("user.crt", edges.certificate(), "user.key", edges.key()),
                        "issuer-ca", Map.of("ca.crt", broker.certificate())));
        // What the first have of Strimzi, the others have of somebody's own hand.
        passwords = Pods.of(
                WITH_CERTIFICATES
                        .replaceFirst("(?s)kafka:.*?\ndefaults", WITH_PASSWORDS.formatted(ports.get(1)) + "defaults")
                        .replace(
                                "tls: {enabled: true}",
                                "tls: {enabled: true, caSecret: {name: events-cluster-ca-cert}}"),
                DIRECTORY.resolve("passwords"),
                Map.of(
                        "edge-keys", Pods.EDGE_KEYS,
                        "events-cluster-ca-cert", Map.of("ca.crt", broker.certificate()),
                        "edges-password", Map.of("sasl.jaas.config", jaas("edges")),
                        "issuer-ca", Map.of("ca.crt", broker.certificate())));

        prepareTopic();
        LocalStackBuilder stack = kafka(List.of(publisher, edges));
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

    /** The rights of the KafkaUsers are enough for it: the publisher writes, all read. */
    @Test
    void shouldTellEveryServiceOfRevocations() {
        for (var service : Sluice.SERVICES) {
            Expect.until(
                    service + " reads the revocations",
                    () -> Scrape.of(sluice.url(service)).sum("sluice_revocations_read", "") == 1);
        }
        var token = sluice.token("mallory");
        var revocation = Http.send(Http.request(
                        sluice.url(Component.PUBLISHER).resolve("/v1/revocations"),
                        sluice.mint(TokenRequest.of("operator").role("sluice-admin")))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"user\":\"mallory\"}")));
        assertThat(revocation.status()).isEqualTo(201);

        for (var protocol : List.of(Protocol.SSE, Protocol.GRPC)) {
            Expect.until(protocol + " is refused", () -> {
                try (var connection = sluice.subscribe(protocol, token, to("users.mallory.inbox"))) {
                    Expect.until(
                            "an answer",
                            () -> connection.start().isPresent()
                                    || connection.refusal().isPresent());
                    return connection.refusal().isPresent();
                }
            });
        }
    }

    /** As above, for the positions. */
    @Test
    void shouldRememberWhatWasAcknowledged() {
        var request = to(Sluice.unique("secured.durable")).durable("secured");
        try (var connection = (Conversation) sluice.subscribe(Protocol.WEBSOCKET, request)) {
            Expect.started(connection);
            sluice.producer().text(request.channels().get(0), "1");
            sluice.producer().text(request.channels().get(0), "2");
            connection.ack(
                    "a",
                    Protocol.SUBSCRIPTION,
                    Expect.eventWith(connection, "1").cursor());
            assertThat(Expect.answer(connection, "a").op()).isEqualTo("acked");
        }
        try (var connection = sluice.subscribe(Protocol.SSE, request)) {
            assertThat(Expect.events(connection, 1).get(0).text()).isEqualTo("2");
        }
    }

    /** Whoever gets the credentials of an edge, by certificate or password. */
    @ParameterizedTest
    @ValueSource(strings = {"SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldNotLetEdgesWrite(Component edge) {
        var settings = new HashMap<String, Object>(pods(edge).kafka(edge));
        // Or it would be refused before it names a topic.
        settings.put("enable.idempotence", "false");
        assertThat(settings)
                .containsEntry("bootstrap.servers", "127.0.0.1:" + ports.get(edge == Component.SSE_EDGE ? 0 : 1));

        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (var topic : List.of("sluice.events", "sluice.positions", "sluice.revocations")) {
                assertThatThrownBy(() -> producer.send(new ProducerRecord<>(topic, "rooms.lobby", "forged"))
                                .get())
                        .hasCauseInstanceOf(TopicAuthorizationException.class);
            }
        }
    }

    private Pods pods(Component edge) {
        return edge == Component.SSE_EDGE ? certified : passwords;
    }

    private static String jaas(String user) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"pass-%s\";"
                .formatted(user, user);
    }

    /** The topics and what their users may do, as the rendered KafkaTopics and KafkaUsers say, before anybody needs them. */
    private void prepareTopic() throws InterruptedException, ExecutionException {
        try (LocalStack alone = authorizing(LocalStack.builder(DIRECTORY))
                        .only(Component.KAFKA)
                        .start();
                Admin admin = Admin.create(Map.of(
                        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                        alone.kafka().bootstrapServers()))) {
            Strimzi.operate(certified, admin);
            // The others' user is made by somebody's own hand.
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                            "edges", new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), "pass-edges")))
                    .all()
                    .get();
        }
    }

    /** Whoever comes in plain text is the broker itself, or the test. */
    private static LocalStackBuilder authorizing(LocalStackBuilder stack) {
        return stack.kafkaProperty("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                .kafkaProperty("super.users", "User:ANONYMOUS");
    }

    private LocalStackBuilder kafka(List<KeyPair> users) {
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
                .kafkaProperty("listener.name.passwords.sasl.enabled.mechanisms", "SCRAM-SHA-512")
                .kafkaProperty(
                        "listener.name.passwords.scram-sha-512.sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
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
