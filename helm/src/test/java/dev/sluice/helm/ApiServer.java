package dev.sluice.helm;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A real kube-apiserver with a real etcd, of its own and empty: what is stored there was checked, given its defaults and owners as in any
 * cluster. Nothing acts on it: there are no controllers and no nodes.
 */
final class ApiServer implements AutoCloseable {
    private static final String TOKEN = "test";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final List<Process> processes = new ArrayList<>();
    private final HttpClient client;
    private final URI address;
    private final Path kubeconfig;

    ApiServer(GoTools tools, Path folder) throws Exception {
        // Its certificate is its own; this is the loopback.
        System.setProperty("jdk.internal.httpclient.disableHostnameVerification", "true");
        client = HttpClient.newBuilder().sslContext(trusting()).build();
        int etcd = freePort();
        int peer = freePort();
        int port = freePort();
        address = URI.create("https://127.0.0.1:" + port);
        Path key = folder.resolve("sa.key");
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        Files.writeString(
                key,
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                                .encodeToString(
                                        generator.generateKeyPair().getPrivate().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
        Path tokens = Files.writeString(folder.resolve("tokens.csv"), TOKEN + ",admin,1,\"system:masters\"\n");
        kubeconfig = Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "%s", insecure-skip-tls-verify: true}}]
                users: [{name: u, user: {token: %s}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.formatted(address, TOKEN));
        String store = "http://127.0.0.1:" + etcd;
        start(
                folder,
                tools.etcd().toString(),
                "--data-dir=" + folder.resolve("etcd"),
                "--listen-client-urls=" + store,
                "--advertise-client-urls=" + store,
                "--listen-peer-urls=http://127.0.0.1:" + peer,
                "--unsafe-no-fsync");
        start(
                folder,
                tools.apiServer().toString(),
                "--etcd-servers=" + store,
                "--bind-address=127.0.0.1",
                "--secure-port=" + port,
                "--cert-dir=" + folder.resolve("certs"),
                "--token-auth-file=" + tokens,
                "--service-account-key-file=" + key,
                "--service-account-signing-key-file=" + key,
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-cluster-ip-range=10.0.0.0/24",
                "--disable-admission-plugins=ServiceAccount");
        awaitReady();
    }

    Path kubeconfig() {
        return kubeconfig;
    }

    /** What stands there; a missing node when nothing does. */
    JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(request(path).GET().build());
        return answer.statusCode() == 404
                ? Manifests.JSON.missingNode()
                : Manifests.JSON.readTree(expect(answer).body());
    }

    void create(String path, String json) throws IOException, InterruptedException {
        expect(send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build()));
    }

    /** As somebody's hand does it. */
    void patch(String path, String json) throws IOException, InterruptedException {
        merge(path + "?fieldManager=kubectl-edit", json);
    }

    /** As the controller of a HorizontalPodAutoscaler does it. */
    void scale(String deployment, int replicas) throws IOException, InterruptedException {
        merge(deployment + "/scale?fieldManager=kube-controller-manager", "{\"spec\":{\"replicas\":" + replicas + "}}");
    }

    private void merge(String path, String json) throws IOException, InterruptedException {
        expect(send(request(path)
                .header("Content-Type", "application/merge-patch+json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(json))
                .build()));
    }

    private static HttpResponse<String> expect(HttpResponse<String> answer) {
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException(answer.statusCode() + " " + answer.body());
        }
        return answer;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address.resolve(path)).header("Authorization", "Bearer " + TOKEN);
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private void awaitReady() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            try {
                if (send(request("/readyz").GET().build()).statusCode() == 200) {
                    return;
                }
            } catch (IOException notYet) {
                TimeUnit.MILLISECONDS.sleep(200);
            }
        }
        close();
        throw new IllegalStateException("the API server is not ready after " + PATIENCE);
    }

    private void start(Path folder, String... command) throws IOException {
        File log = folder.resolve(Path.of(command[0]).getFileName() + ".log").toFile();
        processes.add(
                0,
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log)
                        .start());
    }

    @Override
    public void close() {
        for (Process process : processes) {
            process.destroy();
            try {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException stopped) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    private static SSLContext trusting() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Everybody()}, new SecureRandom());
        return context;
    }

    private static final class Everybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
