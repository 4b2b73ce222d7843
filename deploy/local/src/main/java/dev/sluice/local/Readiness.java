package dev.sluice.local;

import dev.sluice.local.kafka.BrokerProbe;
import dev.sluice.local.keycloak.Keycloak;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Whether a process does what it is there for, asked from outside. */
final class Readiness {

    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final int OK = 200;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();

    boolean isReady(Component component, int port) throws InterruptedException {
        return switch (component) {
            case KAFKA -> BrokerProbe.answers(port, TIMEOUT);
            case IDENTITY -> answersOk(port, "/sluice/.well-known/openid-configuration");
            case KEYCLOAK -> answersOk(port, Keycloak.REALM_PATH + "/.well-known/openid-configuration");
            case PUBLISHER, SSE_EDGE, WS_EDGE, GRPC_EDGE -> answersOk(port, "/q/health/ready");
        };
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
