package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProtocolTest {
    private static final Listening WANTED = Listening.to("a.b").by("id = '1'");

    private static String request(Protocol protocol, Listening wanted) {
        return new String(protocol.request(wanted, "token", Handshake.NONE), StandardCharsets.US_ASCII);
    }

    @Test
    void shouldAskForTheSameOverHttp1AndHttp2() {
        assertThat(request(Protocol.SSE, WANTED))
                .startsWith(
                        "GET /v1/stream?channel=a.b&filter=id+%3D+%271%27 HTTP/1.1\r\nAccept: text/event-stream\r\n")
                .endsWith("Authorization: Bearer token\r\n\r\n");

        var headers = Protocol.SSE.headers(WANTED.overHttp2(), "token");
        assertThat(headers.path()).hasToString("/v1/stream?channel=a.b&filter=id+%3D+%271%27");
        assertThat(headers.method()).hasToString("GET");
        assertThat(headers.get("accept")).hasToString("text/event-stream");
        assertThat(headers.get("authorization")).hasToString("Bearer token");
    }

    @Test
    void shouldAskForCompressionInEachProtocolsWay() {
        assertThat(request(Protocol.SSE, WANTED.compressed())).contains("\r\nAccept-Encoding: gzip\r\n");
        assertThat(request(Protocol.WS, WANTED.compressed()))
                .contains("\r\nSec-WebSocket-Extensions: permessage-deflate\r\n");
        assertThat(Protocol.GRPC.headers(WANTED.compressed(), "token").get("grpc-accept-encoding"))
                .hasToString("gzip");
    }
}
