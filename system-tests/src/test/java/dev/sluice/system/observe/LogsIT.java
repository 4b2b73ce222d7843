package dev.sluice.system.observe;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.NewEvent;
import dev.sluice.client.http.Http;
import dev.sluice.client.websocket.Subprotocol;
import dev.sluice.client.websocket.WebSocketClient;
import dev.sluice.local.Component;
import dev.sluice.local.Service;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the services write down of those who use them well or badly: no token, no payload. All that other tests did before counts too. */
@ExtendWith(SharedSluice.class)
class LogsIT {
    /** How the header of every signed JWT begins: an object in base64url. */
    private static final Pattern TOKEN = Pattern.compile("eyJ[A-Za-z0-9_-]{10,}");

    private static final String SECRET = "a-payload-that-is-nobodys-business";
    private static final List<Component> SERVICES =
            List.of(Component.PUBLISHER, Component.SSE_EDGE, Component.WS_EDGE, Component.GRPC_EDGE);

    private final Sluice sluice;

    LogsIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void shouldHoldNoTokenAndNoPayload() throws IOException {
        var channel = Sluice.unique("rooms.logs");
        var token = sluice.admin();
        for (var protocol : Protocol.MAIN) {
            try (var listener = sluice.subscribe(protocol, to(channel));
                    var bad = sluice.subscribe(protocol, to(channel).filter("subject = '" + SECRET + "' AND"));
                    var forbidden = sluice.subscribe(protocol, sluice.token("alice"), to("orders." + SECRET))) {
                Expect.started(listener);
                sluice.producer().text(channel, SECRET);
                Expect.eventWith(listener, SECRET);
                Expect.refusal(bad);
                Expect.refusal(forbidden);
            }
        }
        var producer = sluice.producer();
        assertThat(producer.events("application/cloudevents+json", "{\"id\":\"" + SECRET)
                        .status())
                .isEqualTo(400);
        assertThat(producer.events("application/cloudevents-batch+json", "[{\"data\":\"" + SECRET + "\"}]")
                        .status())
                .isEqualTo(200);
        assertThat(producer.post(NewEvent.text("orders..x", SECRET)).status()).isEqualTo(400);
        var stream = sluice.url(Component.SSE_EDGE).resolve("/v1/stream?channel=" + channel + "&access_token=" + token);
        assertThat(Http.get(stream).status()).isEqualTo(400);
        var altered = token.substring(0, token.length() - 2);
        assertThat(Http.send(Http.request(sluice.url(Component.SSE_EDGE).resolve("/v1/poll?channel=x"), altered))
                        .status())
                .isEqualTo(401);
        var ticket = Http.send(Http.request(sluice.url(Component.SSE_EDGE).resolve("/v1/tickets"), token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"purpose\":\"" + SECRET + "\"}")));
        assertThat(ticket.status()).isEqualTo(400);
        try (var socket = WebSocketClient.connect(sluice.url(Component.WS_EDGE), token, Subprotocol.JSON)) {
            socket.publish("p", NewEvent.text(channel, SECRET));
            assertThat(Expect.answer(socket, "p").isError()).isFalse();
            socket.auth("a", altered);
            assertThat(Expect.answer(socket, "a").isError()).isTrue();
        }

        for (var component : SERVICES) {
            for (Service service : sluice.stack().services(component)) {
                var log = Files.readString(service.logFile());
                assertThat(log).as("the log of " + service.name()).isNotEmpty();
                // Not by contains: what is wrong should be seen, and nothing else.
                assertThat(log.lines().filter(line -> line.contains(SECRET)).toList())
                        .as("lines with a payload in the log of " + service.name())
                        .isEmpty();
                assertThat(log.lines()
                                .filter(line -> TOKEN.matcher(line).find())
                                .count())
                        .as("lines with a token in the log of " + service.name())
                        .isZero();
            }
        }
    }
}
