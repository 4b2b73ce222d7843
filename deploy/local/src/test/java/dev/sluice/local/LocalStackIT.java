package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sluice.local.identity.TokenRequest;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The real broker and the real identity provider, each in its own process. */
@Tag("full")
class LocalStackIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final LocalStack STACK = LocalStack.builder(directory())
            .only(Component.KAFKA, Component.IDENTITY)
            .start();

    @AfterAll
    static void stop() {
        var processes = STACK.services().stream()
                .map(service -> ProcessHandle.of(service.pid()).orElseThrow())
                .toList();
        STACK.close();
        assertThat(processes).noneMatch(ProcessHandle::isAlive);
    }

    @Test
    void shouldKeepRecordsOverAKillAndRestartOfTheBroker() throws Exception {
        var partition = new TopicPartition("round-trip", 0);
        var servers = Map.<String, Object>of("bootstrap.servers", STACK.kafka().bootstrapServers());
        try (var admin = Admin.create(servers)) {
            admin.createTopics(List.of(new NewTopic(partition.topic(), Optional.of(1), Optional.empty())))
                    .all()
                    .get();
        }
        try (var producer = new KafkaProducer<>(servers, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(partition.topic(), "rooms.lobby", "hello"))
                    .get();
        }

        STACK.kafka().kill();
        assertThat(STACK.kafka().service().isReady()).isFalse();
        STACK.kafka().start();

        try (var consumer = new KafkaConsumer<>(servers, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            assertThat(consumer.poll(PATIENCE)).singleElement().satisfies(record -> {
                assertThat(record.key()).isEqualTo("rooms.lobby");
                assertThat(record.value()).isEqualTo("hello");
            });
        }
    }

    @Test
    void shouldMintATokenThatVerifiesAgainstTheJwks() throws Exception {
        var token = SignedJWT.parse(STACK.identity()
                .mint(TokenRequest.of("alice")
                        .role("publisher")
                        .ttl(Duration.ofMinutes(5))
                        .claim("sluice", Map.of("subscribe", List.of("orders.*"), "filter", "type = 'a'"))));

        assertThat(token.getHeader().getAlgorithm().getName()).isEqualTo("RS256");
        assertThat(verifies(token, STACK.identity().issuer())).isTrue();
        var claims = token.getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo(STACK.identity().issuer().toString());
        assertThat(claims.getSubject()).isEqualTo("alice");
        assertThat(claims.getAudience()).containsExactly("sluice");
        assertThat(claims.getStringListClaim("roles")).containsExactly("publisher");
        assertThat(claims.getJSONObjectClaim("sluice"))
                .isEqualTo(Map.of("subscribe", List.of("orders.*"), "filter", "type = 'a'"));
        assertThat(claims.getExpirationTime().toInstant())
                .isBetween(Instant.now().plusSeconds(200), Instant.now().plusSeconds(301));
    }

    @Test
    void shouldMintTokensThatMustBeRefused() throws Exception {
        var identity = STACK.identity();

        var expired = SignedJWT.parse(identity.mint(TokenRequest.of("alice").expired()));
        assertThat(expired.getJWTClaimsSet().getExpirationTime()).isInThePast();

        var foreign = SignedJWT.parse(identity.mint(TokenRequest.of("alice").issuer("elsewhere")));
        assertThat(foreign.getJWTClaimsSet().getIssuer())
                .isEqualTo(identity.issuer("elsewhere").toString());
        assertThat(verifies(foreign, identity.issuer("elsewhere"))).isTrue();

        var forged = SignedJWT.parse(identity.mint(TokenRequest.of("alice").signedBy("elsewhere")));
        assertThat(forged.getJWTClaimsSet().getIssuer())
                .isEqualTo(identity.issuer().toString());
        assertThat(verifies(forged, identity.issuer())).isFalse();

        var misdirected = SignedJWT.parse(identity.mint(TokenRequest.of("alice").audience("others")));
        assertThat(misdirected.getJWTClaimsSet().getAudience()).containsExactly("others");
    }

    @Test
    void shouldSignWithTheSameKeyAfterARestartOfTheProvider() throws Exception {
        var token = SignedJWT.parse(STACK.identity().token("alice"));
        STACK.service(Component.IDENTITY).restart();
        assertThat(verifies(token, STACK.identity().issuer())).isTrue();
    }

    @Test
    void shouldRefuseToStartTwiceInOneDirectory() {
        var again = LocalStack.builder(directory()).only(Component.IDENTITY);
        assertThatThrownBy(again::start)
                .isInstanceOf(StartFailed.class)
                .hasMessageContaining(
                        "already running (pid " + ProcessHandle.current().pid());
    }

    private static Path directory() {
        return Path.of("target/local-stack-it");
    }

    private static boolean verifies(SignedJWT token, URI issuer) throws Exception {
        var keys = JWKSet.load(URI.create(issuer + "/jwks").toURL()).getKeys();
        for (var key : keys) {
            if (token.verify(new RSASSAVerifier(key.toRSAKey()))) {
                return true;
            }
        }
        return false;
    }
}
