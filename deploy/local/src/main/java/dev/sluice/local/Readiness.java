package dev.sluice.local;

import dev.sluice.local.kafka.BrokerProbe;
import dev.sluice.local.keycloak.Keycloak;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** Whether a process does what it is there for, asked from outside. */
final class Readiness {

    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final int OK = 200;
    private static final String PROXY_PROTOCOL = "QUARKUS_HTTP_PROXY_USE_PROXY_PROTOCOL";

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();

    /** @param env that the process was started with */
    boolean isReady(Component component, int port, Map<String, String> env) throws InterruptedException {
        return switch (component) {
            case KAFKA -> BrokerProbe.answers(port, TIMEOUT);
            case IDENTITY -> answersOk(port, "/sluice/.well-known/openid-configuration");
            case KEYCLOAK -> answersOk(port, Keycloak.REALM_PATH + "/.well-known/openid-configuration");
            case PUBLISHER, SSE_EDGE, WS_EDGE, GRPC_EDGE ->
                env.getOrDefault(PROXY_PROTOCOL, "").equals("true")
                        ? answersOkToAProxy(port)
                        : answersOk(port, "/q/health/ready");
        };
    }

    /** By the PROXY protocol, which takes a line before HTTP; no HTTP client has it. */
    private static boolean answersOkToAProxy(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            socket.getOutputStream()
                    .write("PROXY UNKNOWN\r\nGET /q/health/ready HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.startsWith("HTTP/1.") && answer.startsWith(" " + OK + " ", "HTTP/1.0".length());
        } catch (IOException e) {
            // As below.
            return false;
        }
    }

    private boolean answersOk(int port, String path) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(TIMEOUT)
                .build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() == OK;
        } catch (IOException e) {
            // Not listening yet, or frozen: that is what was asked.
            return false;
        }
    }
}
