package dev.sluice.system.contract;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.NewEvent;
import dev.sluice.client.Received;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import dev.sluice.system.stack.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may see what, by the rules of the local stack and by the token's own claim. */
@EachProtocol
class PermissionsIT {

    private final Protocol protocol;
    private final Sluice sluice;
    private final String name;

    PermissionsIT(Protocol protocol, Sluice sluice) {
        this.protocol = protocol;
        this.sluice = sluice;
        this.name = Sluice.unique("permissions-" + protocol);
    }

    @Test
    void shouldLetEverybodySeeTheirOwn() {
        var own = "users.alice." + name;
        try (var connection = sluice.subscribe(protocol, sluice.token("alice"), to(own, "users.alice.**"))) {
            Expect.started(connection);
            sluice.producer().text(own, "for alice");
            Expect.eventWith(connection, "for alice");
        }
    }

    @Test
    void shouldRefuseWhatBelongsToSomebodyElse() {
        assertForbidden(sluice.token("alice"), to("users.bob." + name), 0);
    }

    @Test
    void shouldRefuseAPatternThatIsWiderThanWhatIsGranted() {
        assertForbidden(sluice.token("alice"), to("users.**"), 0);
        assertForbidden(sluice.token("alice"), to("users.*." + name), 0);
        assertForbidden(sluice.token("alice"), to("**"), 0);
    }

    @Test
    void shouldNameTheChannelThatIsNotAllowed() {
        assertForbidden(sluice.token("alice"), to("rooms.lobby", "orders." + name, "users.alice.x"), 1);
    }

    @Test
    void shouldLetAReaderSeeEverything() {
        var reader = sluice.stack().identity().token("carol", "reader");
        try (var connection = sluice.subscribe(protocol, reader, to("orders." + name))) {
            Expect.started(connection);
            sluice.producer().text("orders." + name, "anything");
            Expect.eventWith(connection, "anything");
        }
    }

    @Test
    void shouldGrantWhatTheTokenItselfSays() {
        var token = sluice.mint(
                TokenRequest.of("dave").claim("sluice", Map.of("subscribe", List.of("orders." + name + ".*"))));
        try (var connection = sluice.subscribe(protocol, token, to("orders." + name + ".1"))) {
            Expect.started(connection);
            sluice.producer().text("orders." + name + ".1", "granted");
            Expect.eventWith(connection, "granted");
        }
        assertForbidden(token, to("orders." + name + ".1.deeper"), 0);
    }

    @Test
    void shouldApplyTheFilterOfTheTokenToWhateverIsAskedFor() {
        var channel = "orders." + name + ".filtered";
        var token = sluice.mint(TokenRequest.of("erin")
                .claim("sluice", Map.of("subscribe", List.of("orders.**"), "filter", "type = 'order.shipped'")));
        try (var connection = sluice.subscribe(protocol, token, to(channel).filter("NOT (region = 'us')"))) {
            Expect.started(connection);
            var event = NewEvent.text(channel, "no").source("/tests").type("order.shipped");
            sluice.producer().cloudEvent(event.id("1").type("order.paid").attribute("region", "eu"));
            sluice.producer().cloudEvent(event.id("2").attribute("region", "us"));
            sluice.producer()
                    .cloudEvent(NewEvent.text(channel, "yes")
                            .id("3")
                            .source("/tests")
                            .type("order.shipped")
                            .attribute("region", "eu"));
            Expect.eventWith(connection, "yes");
            assertThat(connection.events()).extracting(Received.Event::text).containsExactly("yes");
        }
    }

    /** Asked of the socket, since a client might hide what it got. */
    @Test
    void shouldNotLetTheProcessSayWhatTheFilterForbids() throws IOException {
        var channel = "orders." + name + ".wire";
        var token = sluice.mint(TokenRequest.of("erin")
                .claim("sluice", Map.of("subscribe", List.of("orders.**"), "filter", "type = 'order.shipped'")));
        var heard = new ByteArrayOutputStream();
        try (var wire = Wire.to(sluice.url(protocol.edge()))) {
            wire.tap(heard::writeBytes);
            try (var connection = protocol.subscribe(wire.url(), token, to(channel))) {
                Expect.started(connection);
                sluice.producer()
                        .accepted(NewEvent.text(channel, "forbidden-words").type("order.paid"));
                sluice.producer()
                        .accepted(NewEvent.text(channel, "allowed-words").type("order.shipped"));
                Expect.eventWith(connection, "allowed-words");
            }
        }
        var said = heard.toString(StandardCharsets.ISO_8859_1);
        assertThat(isSaid(said, "allowed-words")).isTrue();
        assertThat(isSaid(said, "forbidden-words")).isFalse();
    }

    /** As it is, or in base64 (gRPC-Web's text form), where it may begin at any of three places. */
    private static boolean isSaid(String said, String words) {
        return said.contains(words)
                || Stream.of("", ".", "..").anyMatch(before -> {
                    var encoded =
                            Base64.getEncoder().encodeToString((before + words).getBytes(StandardCharsets.ISO_8859_1));
                    return said.contains(encoded.substring(4, encoded.length() - 4));
                });
    }

    private void assertForbidden(String token, SubscriptionRequest request, int index) {
        try (var connection = sluice.subscribe(protocol, token, request)) {
            assertThat(Expect.refusal(connection).summary())
                    .isEqualTo(protocol.refusal("forbidden", protocol.channelField(index)));
            assertThat(connection.ended().isEmpty()).isEqualTo(protocol.isConversation());
        }
    }
}
