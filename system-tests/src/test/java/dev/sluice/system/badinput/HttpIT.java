package dev.sluice.system.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.Component;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.system.client.RawClient;
import dev.sluice.system.observe.LogWatch;
import dev.sluice.system.stack.Sluice;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is no request of HTTP, whatever it may ask for. It is the client's mistake and not an error of the service. */
@BadInput
class HttpIT {
    private final Sluice sluice;

    HttpIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldRefuseARequestWithoutAHost(Component service) {
        var log = LogWatch.on(List.of(sluice.stack().service(service)));
        try (var client = RawClient.connect(sluice.url(service))) {
            client.send("GET /q/health/live HTTP/1.1\r\n\r\n");
            assertThat(client.readUntil("\"reason\":\"malformed\"")).startsWith("HTTP/1.1 400 Bad Request\r\n");
        }
        assertThat(log.bugs()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldCloseAConnectionWhoseFirstFrameIsNoSettings(Component service) {
        var log = LogWatch.on(List.of(sluice.stack().service(service)));
        try (var client = RawClient.connect(sluice.url(service))) {
            client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").send("\0\r\n\r\n\0\0\0\0\0");
            client.awaitEnd();
        }
        assertThat(log.bugs()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldRefuseAUrlThatCanNotBeDecoded(Component service) {
        answersToWrongUrls(service)
                .forEach((url, answer) -> assertThat(answer).as(url).startsWith("HTTP/1.1 400 "));
    }

    @Tag("full")
    @ParameterizedTest
    @EnumSource(names = {"PUBLISHER", "SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldSayWhatIsWrongWithAUrl(Component service) {
        answersToWrongUrls(service).forEach((url, answer) -> assertThat(answer)
                .as(url)
                .contains("application/problem+json")
                .contains("\"reason\":\"malformed\""));
    }

    private Map<String, String> answersToWrongUrls(Component service) {
        var log = LogWatch.on(List.of(sluice.stack().service(service)));
        var token = "Authorization: Bearer " + sluice.token("alice") + "\r\n";
        var answers = new LinkedHashMap<String, String>();
        for (var url : List.of(
                "/v1/%ZZ",
                "/%",
                "/v1/stream?channel=%ZZ",
                "/v1/ws?channel=%",
                "/v1/channels/a/events?type=%F",
                "/v1/channels/a|b/events",
                "/v1/stream?channel={a}",
                "/q/health?%ZZ=1",
                "/q/%zz/live",
                "/sluice.v1.PublisherService/Publish%")) {
            try (var client = RawClient.connect(sluice.url(service))) {
                client.send("GET " + url + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + token + "\r\n");
                answers.put(url, client.awaitEnd());
            }
        }
        assertThat(log.bugs()).isEmpty();
        return answers;
    }

    /** Whoever watches a replica may leave by any way, amid what is sent to him. */
    @Tag("full")
    @ParameterizedTest
    @EnumSource(names = {"SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    void shouldNotTakeItForAnErrorWhenAWatcherIsCutOff(Component edge) throws IOException {
        var log = LogWatch.on(List.of(sluice.stack().service(edge)));
        watch(edge, 1);
        // Meanwhile it was told to the one before.
        watch(edge, 2);
        assertThat(log.bugs()).isEmpty();
    }

    private void watch(Component edge, int views) throws IOException {
        var url = sluice.url(edge);
        try (var socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoLinger(true, 0);
            socket.setSoTimeout(60_000);
            var token = sluice.mint(TokenRequest.of("operator").role("sluice-admin"));
            socket.getOutputStream()
                    .write(("GET /q/live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                    + "Authorization: Bearer " + token + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            var seen = new StringBuilder();
            while (seen.toString().split("\"ready\"", -1).length <= views) {
                var next = socket.getInputStream().read();
                assertThat(next).as(seen.toString()).isNotNegative();
                seen.append((char) next);
            }
        }
    }
}
