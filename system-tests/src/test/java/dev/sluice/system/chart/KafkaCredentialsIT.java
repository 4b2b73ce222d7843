package dev.sluice.system.chart;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.local.Component;
import dev.sluice.local.LocalStack;
import dev.sluice.local.LocalStackBuilder;
import dev.sluice.local.process.Ports;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Credentials as people have them, a name and a password or the id and secret of a client, in Secrets: the chart makes settings of them by
 * which the publisher and an edge sign in to a Kafka that lets in nobody else, over TLS.
 */
@Tag("full")
@SuppressWarnings("NullAway.Init")
class KafkaCredentialsIT {
    private static final Path DIRECTORY = Path.of("target/stacks/chart-credentials");
    private static final String VALUES = """
            image: {registry: registry.example.com}
            edgeKeys: {secretName: edge-keys}
            auth:
              issuer: http://replaced
              rules: {admins: {role: publisher, publish: ["**"]}, readers: {role: reader, subscribe: ["**"]}}
            kafka:
              bootstrapServers: 127.0.0.1:%d
              tls: {enabled: true, caSecret: {name: kafka-ca}}
              sasl: %s
              users: {publisher: {secretName: kafka-publisher}, edges: {secretName: kafka-edges}}
            defaults:
              config: {quarkus.log.console.json.enabled: "false"}
              drain: {windowSeconds: 1}
            """;

    /** What a line of JAAS, a properties file or a shell would read otherwise. */
    private static final Map<String, String> PASSWORDS = Map.of("publisher", "${HOME}'s #1", "edges", "it's = ${user}");

    private static KeyPair broker;

    @BeforeAll
    static void makeKey() throws IOException, InterruptedException {
        broker = KeyPair.of("broker", DIRECTORY.resolve("keys"));
    }

    @Test
    void shouldSignInByScram() throws Exception {
        prepareUsers();
        try (var sluice = start(
                "{mechanism: SCRAM-SHA-512, usernameKey: username}",
                kafka("SCRAM-SHA-512", "org.apache.kafka.common.security.scram.ScramLoginModule required;")
                        .keepData())) {
            assertWorks(sluice);
        }
    }

    @Test
    void shouldSignInByPlain() {
        try (var sluice = start(
                "{mechanism: PLAIN, usernameKey: username}",
                kafka(
                        "PLAIN",
                        "org.apache.kafka.common.security.plain.PlainLoginModule required user_publisher=\"%s\" user_edges=\"%s\";"
                                .formatted(PASSWORDS.get("publisher"), PASSWORDS.get("edges"))))) {
            assertWorks(sluice);
        }
    }

    @Test
    void shouldSignInByTheTokensOfAClient() throws IOException {
        var provider = new MockOAuth2Server();
        provider.start(InetAddress.getByName("localhost"), 0);
        try {
            String issuer = provider.issuerUrl("kafka").toString();
            String keys = provider.jwksUrl("kafka").toString();
            LocalStackBuilder stack = kafka(
                            "OAUTHBEARER",
                            "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;")
                    .jvmFlags(Component.KAFKA, "-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=" + keys)
                    .kafkaProperty("listener.name.credentials.sasl.oauthbearer.jwks.endpoint.url", keys)
                    .kafkaProperty("listener.name.credentials.sasl.oauthbearer.expected.issuer", issuer)
                    .kafkaProperty("listener.name.credentials.sasl.oauthbearer.expected.audience", "kafka-scope")
                    .kafkaProperty(
                            "listener.name.credentials.oauthbearer.sasl.server.callback.handler.class",
                            "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler");
            String endpoint = provider.tokenEndpointUrl("kafka").toString();
            try (var sluice = start(
                    "{mechanism: OAUTHBEARER, oauth: {tokenEndpoint: \"" + endpoint + "\", scope: kafka-scope}}",
                    stack)) {
                assertWorks(sluice);
            }
            assertThat(credentialsSeenBy(provider))
                    .as("who asked for tokens, and by which secret")
                    .contains("publisher:" + PASSWORDS.get("publisher"), "edges:" + PASSWORDS.get("edges"));
        } finally {
            provider.shutdown();
        }
    }

    /** Amazon's login is in none of the images unless one asks for it when they are made. */
    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "SSE_EDGE"})
    void shouldSayWhatTheImageNeedsToSignInByIam(Component component) throws IOException {
        port = Ports.free(1).get(0);
        LocalStackBuilder stack = stack().only(component);
        pods("{mechanism: AWS_MSK_IAM}").run(component, stack);

        assertThatThrownBy(stack::start).hasMessageContaining("ended with code 1");
        assertThat(Files.readString(DIRECTORY.resolve("logs/" + component.id() + ".log")))
                .contains("kafka.sasl.", "software.amazon.msk.auth.iam.IAM", "./mvnw -DskipTests package -Pimages,msk")
                .doesNotContain("Kafka takes no events", "LoginException");
    }

    private int port;

    private Pods pods(String sasl) {
        return Pods.of(
                VALUES.formatted(port, sasl),
                DIRECTORY.resolve("pods"),
                Map.of(
                        "edge-keys", Pods.EDGE_KEYS,
                        "kafka-ca", Map.of("ca.crt", broker.certificate()),
                        "kafka-publisher", secret("publisher"),
                        "kafka-edges", secret("edges")));
    }

    private Sluice start(String sasl, LocalStackBuilder stack) {
        Pods pods = pods(sasl);
        for (Component component : List.of(Component.PUBLISHER, Component.SSE_EDGE)) {
            pods.run(component, stack);
            assertThat(pods.kafka(component)).containsEntry("bootstrap.servers", "127.0.0.1:" + port);
        }
        return new Sluice(stack.start());
    }

    private static Map<String, String> secret(String user) {
        String password = String.valueOf(PASSWORDS.get(user));
        return Map.of("username", user, "password", password, "client-id", user, "client-secret", password);
    }

    private static void assertWorks(Sluice sluice) {
        String channel = Sluice.unique("credentials");
        try (var connection = sluice.subscribe(Protocol.SSE, to(channel))) {
            Expect.started(connection);
            sluice.producer().text(channel, "kept from others");

            assertThat(Expect.eventWith(connection, "kept from others").text()).isEqualTo("kept from others");
        }
    }

    /** A broker with a second listener, where one has to sign in this way. */
    private LocalStackBuilder kafka(String mechanism, String jaas) {
        port = Ports.free(1).get(0);
        String listener = "CREDENTIALS://127.0.0.1:" + port;
        String prefix = "listener.name.credentials.";
        return stack().only(Component.KAFKA, Component.IDENTITY, Component.PUBLISHER, Component.SSE_EDGE)
                .kafkaProperty(
                        "listener.security.protocol.map",
                        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,CREDENTIALS:SASL_SSL")
                .kafkaProperty(prefix + "sasl.enabled.mechanisms", mechanism)
                .kafkaProperty(prefix + mechanism.toLowerCase(Locale.ROOT) + ".sasl.jaas.config", jaas)
                .kafkaProperty(prefix + "ssl.keystore.type", "PEM")
                .kafkaProperty(prefix + "ssl.keystore.key", broker.key())
                .kafkaProperty(prefix + "ssl.keystore.certificate.chain", broker.certificate())
                .kafkaProperty("listeners+", listener)
                .kafkaProperty("advertised.listeners+", listener);
    }

    private static LocalStackBuilder stack() {
        return LocalStack.builder(DIRECTORY);
    }

    /** Before anybody needs them. */
    private static void prepareUsers() throws InterruptedException, ExecutionException {
        try (LocalStack alone = stack().only(Component.KAFKA).start();
                Admin admin = Admin.create(Map.of(
                        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                        alone.kafka().bootstrapServers()))) {
            admin.alterUserScramCredentials(PASSWORDS.entrySet().stream()
                            .<UserScramCredentialAlteration>map(user -> new UserScramCredentialUpsertion(
                                    user.getKey(),
                                    new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                                    user.getValue()))
                            .toList())
                    .all()
                    .get();
        }
    }

    /** As {@code id:secret}. */
    private static List<String> credentialsSeenBy(MockOAuth2Server provider) {
        var seen = new ArrayList<String>();
        while (true) {
            String header;
            try {
                header = provider.takeRequest(0, TimeUnit.SECONDS).getHeaders().get("Authorization");
            } catch (RuntimeException noMore) {
                return seen;
            }
            if (header != null && header.startsWith("Basic ")) {
                seen.add(new String(
                        Base64.getDecoder().decode(header.substring("Basic ".length())), StandardCharsets.UTF_8));
            }
        }
    }
}
