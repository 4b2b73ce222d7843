package dev.sluice.system.badinput;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.client.SubscriptionRequest;
import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.cursor.TopicBinding;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscriptions that can't be had, on every protocol. */
@ParameterizedClass(name = "{0}")
@EnumSource(Protocol.class)
@BadInput
class SubscribeIT {

    private static final String CHANNEL = "rooms.lobby";

    private final Protocol protocol;
    private final Sluice sluice;

    SubscribeIT(Protocol protocol, Sluice sluice) {
        this.protocol = protocol;
        this.sluice = sluice;
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "IAeS", "ä", "../../etc/passwd", "AAAAAAAAAAAAAAAAAAAAAAAA", "{}"})
    void shouldRefuseAMalformedCursor(String cursor) {
        assertRefused(to(CHANNEL).cursor(cursor), "malformed", "cursor");
    }

    @Test
    void shouldRefuseACursorThatWasAltered() {
        var cursor = sluice.producer().text(CHANNEL, "x");
        assertRefused(to(CHANNEL).cursor(cursor.substring(0, cursor.length() - 1)), "malformed", "cursor");
        assertRefused(to(CHANNEL).cursor(cursor + "A"), "malformed", "cursor");
        var last = cursor.charAt(cursor.length() - 1);
        var altered = cursor.substring(0, cursor.length() - 1) + (last == 'A' ? 'B' : 'A');
        assertRefused(to(CHANNEL).cursor(altered), "malformed", "cursor");
    }

    @Test
    void shouldRefuseACursorOfAnotherTopic() {
        var other = Cursor.single(TopicBinding.of("other.events", "AAAAAAAAAAAAAAAAAAAAAQ"), 12, 0, 0);
        assertRefused(to(CHANNEL).cursor(other.toString()), "malformed", "cursor");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a..b",
                "a.",
                ".a",
                "a b",
                "a,b",
                "grüße",
                "a*",
                "**.a",
                "a.**.b",
                "a/b",
                "sluice",
                "sluice.x"
            })
    void shouldRefuseAnIllegalOrReservedChannel(String channel) {
        assertRefused(to("rooms.lobby", channel), "malformed", protocol.channelField(1));
    }

    @Test
    void shouldRefuseAChannelThatIsTooLong() {
        assertRefused(to("a".repeat(201)), "malformed", protocol.channelField(0));
    }

    @Test
    void shouldRefuseNoneAndTooManyChannels() {
        assertRefused(to(), "malformed", protocol.channelField());
        var many = IntStream.range(0, 101).mapToObj(i -> "rooms.r" + i).toList();
        assertRefused(to(many), "malformed", protocol.channelField());
        try (var connection = sluice.subscribe(protocol, to(many.subList(0, 100)))) {
            Expect.started(connection);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"type =", "'unclosed", "SELECT * FROM events", "type = 'a' AND"})
    void shouldRefuseAFilterThatIsNoCloudEventsSql(String filter) {
        assertRefused(to(CHANNEL).filter(filter), "malformed", "filter");
    }

    @Test
    void shouldRefuseAFilterThatIsTooLong() {
        assertRefused(to(CHANNEL).filter("type = '" + "a".repeat(2_000) + "'"), "malformed", "filter");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "2026-11-24", "2026-11-24T10:00:00", "1700000000"})
    void shouldRefuseATimeThatIsNone(String since) {
        assertRefused(to(CHANNEL).since(since), "malformed", "since");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10001", "-1", "2147483648", "many"})
    void shouldRefuseACountOutOfItsBounds(String last) {
        assumeTrue(last.equals("10001") || hasText(), "the proto has no place for it");
        assertRefused(to(CHANNEL).with("last", last), "malformed", "last");
    }

    @Test
    void shouldRefuseAParameterThatThereIsNot() {
        assumeTrue(hasText(), "unknown fields of a proto are ignored, as protobuf does");
        assertRefused(to(CHANNEL).with("chanel", "rooms.typo"), "malformed", "chanel");
        assertRefused(to(CHANNEL).with("format", "xml"), "malformed", "format");
        assertRefused(to(CHANNEL).with("overflow", "drop"), "malformed", "overflow");
    }

    @ParameterizedTest
    @EnumSource(BadTokens.class)
    void shouldRefuseABadToken(BadTokens bad) {
        try (var connection = sluice.subscribe(protocol, bad.token(sluice), to(CHANNEL))) {
            var summary = Expect.end(connection).summary();
            switch (protocol) {
                case SSE, NDJSON -> assertThat(summary).isEqualTo("401 " + bad.reason() + " Authorization");
                // What else the answer to a handshake says is tested by HandshakeIT.
                case WEBSOCKET, WEBSOCKET_PROTOBUF, WEBSOCKET_CLOUDEVENTS ->
                    assertThat(summary).isEqualTo("401 ");
                case GRPC, GRPC_CONNECT, GRPC_WEB, GRPC_WEB_TEXT ->
                    assertThat(summary).isEqualTo("UNAUTHENTICATED " + bad.reason() + " authorization");
            }
            assertThat(connection.received()).isEmpty();
        }
    }

    private boolean hasText() {
        return switch (protocol) {
            case SSE, NDJSON, WEBSOCKET, WEBSOCKET_CLOUDEVENTS -> true;
            case GRPC, GRPC_CONNECT, GRPC_WEB, GRPC_WEB_TEXT, WEBSOCKET_PROTOBUF -> false;
        };
    }

    private void assertRefused(SubscriptionRequest request, String reason, String field) {
        try (var connection = sluice.subscribe(protocol, request)) {
            var refusal = Expect.refusal(connection);
            assertThat(refusal.summary()).isEqualTo(protocol.refusal(reason, field));
            assertThat(refusal.detail()).isNotEmpty();
            assertThat(connection.events()).isEmpty();
            assertThat(connection.ended().isEmpty())
                    .as("the connection survives")
                    .isEqualTo(protocol.isConversation());
        }
    }
}
