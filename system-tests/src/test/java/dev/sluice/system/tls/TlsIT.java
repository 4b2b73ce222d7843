package dev.sluice.system.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sluice.client.grpc.Channels;
import dev.sluice.contract.v1.Notification;
import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.contract.v1.StreamRequest;
import dev.sluice.contract.v1.UpdateRequest;
import dev.sluice.local.Component;
import dev.sluice.local.process.Ports;
import dev.sluice.system.chart.KeyPair;
import dev.sluice.system.chart.Pods;
import dev.sluice.system.client.Expect;
import dev.sluice.system.stack.Sluice;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * With the environment that the chart's {@code tls} makes, edges to the publisher included. Streams are held for longer than a handshake
 * may take, and over a change of the certificate.
 */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsIT {
    private static final Path DIRECTORY = Path.of("target/stacks/tls-pods").toAbsolutePath();
    /** Quarkus looks no more often than each half minute. */
    private static final Duration RELOAD = Duration.ofSeconds(30);

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final String VALUES = """
            image: {registry: registry.example.com}
            edgeKeys: {secretName: edge-keys}
            kafka: {bootstrapServers: "kafka:9092"}
            auth:
              issuer: https://id.example.com
              rules:
                everybody: {subscribe: ["rooms.**"], publish: ["rooms.**"]}
                publisher: {role: publisher, publish: ["**"]}
            defaults:
              config: {quarkus.log.console.json.enabled: "false"}
              drain: {windowSeconds: 1}
              tls: {enabled: true, secretName: pods, reloadPeriod: %ds}
            """.formatted(RELOAD.toSeconds());

    private final KeyPair first = KeyPair.of("first", DIRECTORY);
    private final KeyPair second = KeyPair.of("second", DIRECTORY);
    private final Pods pods;
    private final Map<Component, Integer> ports;
    private final Sluice sluice;

    TlsIT() throws IOException, InterruptedException {
        pods = Pods.of(
                VALUES,
                DIRECTORY,
                Map.of(
                        "pods",
                        Map.of(
                                "tls.crt", first.certificate(),
                                "tls.key", first.key(),
                                "ca.crt", first.certificate() + second.certificate()),
                        "edge-keys",
                        Pods.EDGE_KEYS));
        var free = Ports.free(Sluice.SERVICES.size()).iterator();
        ports = Sluice.SERVICES.stream().collect(Collectors.toMap(service -> service, service -> free.next()));
        var builder = Sluice.builder("tls");
        ports.forEach((service, port) -> {
            pods.run(service, builder);
            builder.env(service, "QUARKUS_HTTP_SSL_PORT", String.valueOf(port))
                    // The stack asks in plain text whether they are ready.
                    .env(service, "QUARKUS_HTTP_INSECURE_REQUESTS", "enabled");
            if (service.isEdge()) {
                builder.env(service, "QUARKUS_GRPC_CLIENTS_PUBLISHER_PORT", String.valueOf(port(Component.PUBLISHER)))
                        .env(service, "SLUICE_LIMITS_HANDSHAKE_TIME", "10s");
            }
        });
        sluice = new Sluice(builder.start());
    }

    @AfterAll
    void stop() {
        sluice.close();
    }

    /** As volumes of secrets do it: the new files take the place of the old ones. */
    private void use(KeyPair pair) throws IOException {
        for (var service : Sluice.SERVICES) {
            replace(pods.file(service, "/etc/sluice/tls/tls.crt"), pair.certificate());
            replace(pods.file(service, "/etc/sluice/tls/tls.key"), pair.key());
        }
    }

    private static void replace(Path file, String content) throws IOException {
        var fresh = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), content);
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void shouldServeOverTlsAndTakeANewCertificateWhileStreamsGoOn() throws Exception {
        var channel = Sluice.unique("rooms.tls");
        var token = sluice.token("alice");
        try (var listeners = new Listeners(first, channel, token)) {
            sluice.producer().text(channel, "one");
            listeners.await("one");
            var large = "x".repeat(200_000);
            sluice.producer().text(channel, large);
            listeners.await(large);

            use(second);
            for (var service : Sluice.SERVICES) {
                var shown = Expect.eventually(
                        service + " shows the new certificate", PATIENCE, () -> Optional.of(shown(service))
                                .filter(name -> name.equals("CN=second")));
                assertThat(shown).isEqualTo("CN=second");
            }

            sluice.producer().text(channel, "two");
            listeners.await("two");
        }
        try (var again = new Listeners(second, channel, token)) {
            again.publishOverWebSocket(channel, "three");
            again.await("three");
            again.publishOverGrpc(channel, token, "four");
            again.await("four");
        }
    }

    private int port(Component service) {
        return Objects.requireNonNull(ports.get(service));
    }

    private String shown(Component service) {
        try (var socket =
                (SSLSocket) trusting(first, second).getSocketFactory().createSocket("127.0.0.1", port(service))) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        } catch (SSLHandshakeException | SocketException amid) {
            // Vert.x resets a connection that comes in the very moment of the change (docs/operators.md, "TLS").
            return "none";
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static SSLContext trusting(KeyPair... pairs) throws GeneralSecurityException, IOException {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        for (var pair : pairs) {
            trusted.setCertificateEntry(
                    "ca" + trusted.size(),
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(
                                    new ByteArrayInputStream(pair.certificate().getBytes(StandardCharsets.US_ASCII))));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** A client of each kind, from other hands than ours. */
    private final class Listeners implements AutoCloseable {
        private final List<String> sse = new CopyOnWriteArrayList<>();
        private final List<String> webSocket = new CopyOnWriteArrayList<>();
        private final List<String> grpc = new CopyOnWriteArrayList<>();
        private final WebSocket socket;
        private final ManagedChannel call;
        private final HttpResponse<java.util.stream.Stream<String>> stream;

        Listeners(KeyPair trusted, String channel, String token) throws Exception {
            var http = HttpClient.newBuilder().sslContext(trusting(trusted)).build();
            stream = http.send(
                    HttpRequest.newBuilder(uri("https", Component.SSE_EDGE, "/v1/stream?channel=" + channel))
                            .header("Authorization", "Bearer " + token)
                            .build(),
                    HttpResponse.BodyHandlers.ofLines());
            assertThat(stream.statusCode()).isEqualTo(200);
            assertThat(stream.sslSession()).isPresent();
            // By ALPN; nothing was said in clear.
            assertThat(stream.version()).isEqualTo(HttpClient.Version.HTTP_2);
            new Thread(() -> stream.body().forEach(sse::add), "sse").start();

            socket = http.newWebSocketBuilder()
                    .header("Authorization", "Bearer " + token)
                    .subprotocols("sluice.v1.json")
                    .buildAsync(uri("wss", Component.WS_EDGE, "/v1/ws?channel=" + channel), new WebSocket.Listener() {
                        private final StringBuilder message = new StringBuilder();

                        @Override
                        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
                            message.append(part);
                            if (last) {
                                webSocket.add(message.toString());
                                message.setLength(0);
                            }
                            from.request(1);
                            return CompletableFuture.completedStage(null);
                        }
                    })
                    .get();

            call = NettyChannelBuilder.forAddress("127.0.0.1", port(Component.GRPC_EDGE))
                    .sslContext(GrpcSslContexts.forClient()
                            .trustManager(new ByteArrayInputStream(
                                    trusted.certificate().getBytes(StandardCharsets.US_ASCII)))
                            .build())
                    .build();
            NotificationServiceGrpc.newStub(Channels.withToken(call, token))
                    .streamUpdates(
                            StreamRequest.newBuilder().addChannels(channel).build(), new StreamObserver<>() {
                                @Override
                                public void onNext(Notification notification) {
                                    grpc.add(notification.toString());
                                }

                                @Override
                                public void onError(Throwable end) {
                                    grpc.add(end.toString());
                                }

                                @Override
                                public void onCompleted() {
                                    grpc.add("completed");
                                }
                            });
            Expect.until(
                    "that all have begun",
                    () -> contains(sse, "sluice.open") && contains(webSocket, "\"subscribed\"") && !grpc.isEmpty());
        }

        private URI uri(String scheme, Component edge, String path) {
            return URI.create(scheme + "://127.0.0.1:" + port(edge) + path);
        }

        void publishOverWebSocket(String channel, String text) {
            socket.sendText(
                    "{\"op\":\"publish\",\"id\":\"p\",\"channel\":\"%s\",\"data\":\"%s\"}".formatted(channel, text),
                    true);
            Expect.until("that it is published", () -> contains(webSocket, "\"published\""));
        }

        void publishOverGrpc(String channel, String token, String text) {
            var answer = NotificationServiceGrpc.newBlockingStub(Channels.withToken(call, token))
                    .sendUpdate(UpdateRequest.newBuilder()
                            .setChannel(channel)
                            .setPayload(ByteString.copyFromUtf8(text))
                            .build());
            assertThat(answer.getCursor()).isNotEmpty();
        }

        void await(String text) {
            for (var received : List.of(sse, webSocket, grpc)) {
                Expect.until(
                        "'" + text.substring(0, Math.min(20, text.length())) + "'", () -> contains(received, text));
            }
        }

        private static boolean contains(List<String> received, String text) {
            return received.stream().anyMatch(message -> message.contains(text));
        }

        @Override
        public void close() {
            socket.abort();
            call.shutdownNow();
            stream.body().close();
        }
    }
}
