package dev.sluice.client.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.Test;

class StreamingCallTest {
    private static final int PATIENCE_MILLIS = 20_000;

    /** Else the server would keep a place for it for as long as it has no answer. */
    @Test
    void shouldCloseTheConnectionOfWhoLeavesBeforeTheAnswer() throws IOException {
        try (var server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            var call = StreamingCall.start(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/v1/stream")),
                    (headers, mailbox) -> {
                        throw new AssertionError("nobody has answered");
                    });
            try (var accepted = server.accept()) {
                accepted.setSoTimeout(PATIENCE_MILLIS);
                var in = accepted.getInputStream();
                assertThat(in.read()).isEqualTo('G');
                call.close();
                // To its end, or in vain.
                assertThat(in.transferTo(OutputStream.nullOutputStream())).isPositive();
            }
        }
    }
}
