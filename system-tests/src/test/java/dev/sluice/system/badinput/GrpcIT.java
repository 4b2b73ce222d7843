package dev.sluice.system.badinput;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Credential;
import dev.sluice.client.NewEvent;
import dev.sluice.client.Refusal;
import dev.sluice.client.grpc.Channels;
import dev.sluice.client.grpc.ClientMessages;
import dev.sluice.client.grpc.ConnectClient;
import dev.sluice.client.grpc.Encoding;
import dev.sluice.client.grpc.GrpcRefusals;
import dev.sluice.client.grpc.GrpcWebClient;
import dev.sluice.client.grpc.RawCall;
import dev.sluice.client.http.Http;
import dev.sluice.contract.v1.ClientMessage;
import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.stack.Sluice;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code SendUpdate}, {@code Connect}, and what is no message of the proto, over gRPC and gRPC-Web. */
@BadInput
class GrpcIT {

    private static final int MOST_DATA = 256 * 1024;
    private static final byte[] JUNK = {-1, -1, -1, -1, 7};

    private final Sluice sluice;
    private final String channel = Sluice.unique("public.grpc");

    GrpcIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @ParameterizedTest
    @CsvSource({
        "'',       INVALID_ARGUMENT malformed channel",
        "a..b,     INVALID_ARGUMENT malformed channel",
        "rooms.*,  INVALID_ARGUMENT malformed channel",
        "sluice.x, INVALID_ARGUMENT malformed channel",
        "orders.1, PERMISSION_DENIED forbidden channel",
    })
    void shouldRefuseAChannelThatCanNotBePublishedTo(String bad, String expected) {
        var event = NewEvent.text(bad, "x");
        assertThat(sendUpdate(sluice.token("alice"), event).summary()).isEqualTo(expected);
        for (var encoding : Encoding.values()) {
            assertThat(sendUpdateOverWeb(sluice.token("alice"), encoding, event).summary())
                    .isEqualTo(expected);
        }
    }

    @Test
    void shouldRefuseAnOversizedEvent() {
        var event = NewEvent.of(channel, "application/octet-stream", new byte[MOST_DATA + 1]);
        assertThat(sendUpdate(sluice.admin(), event).summary()).isEqualTo("RESOURCE_EXHAUSTED too-large data");
        for (var encoding : Encoding.values()) {
            assertThat(sendUpdateOverWeb(sluice.admin(), encoding, event).summary())
                    .isEqualTo("RESOURCE_EXHAUSTED too-large data");
        }
    }

    @Test
    void shouldRefuseAMessageThatNoEventNeeds() {
        var event = NewEvent.of(channel, "application/octet-stream", new byte[3 * 1024 * 1024]);
        assertThat(sendUpdate(sluice.admin(), event).code()).isEqualTo("RESOURCE_EXHAUSTED");
    }

    @ParameterizedTest
    @CsvSource({
        "Region,       Region",
        "cursor,       cursor",
        "subscription, subscription",
        "id,           attributes.id",
        "type,         attributes.type"
    })
    void shouldRefuseAnAttributeThatIsNone(String attribute, String field) {
        assertThat(sendUpdate(sluice.admin(), NewEvent.text(channel, "x").attribute(attribute, "x"))
                        .summary())
                .isEqualTo("INVALID_ARGUMENT malformed " + field);
    }

    @ParameterizedTest
    @EnumSource(BadTokens.class)
    void shouldRefuseABadToken(BadTokens bad) {
        var expected = "UNAUTHENTICATED " + bad.reason() + " authorization";
        var event = NewEvent.text("rooms.lobby", "x");
        assertThat(sendUpdate(bad.token(sluice), event).summary()).isEqualTo(expected);
        for (var encoding : Encoding.values()) {
            assertThat(sendUpdateOverWeb(bad.token(sluice), encoding, event).summary())
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"StreamUpdates", "SendUpdate"})
    void shouldRefuseWhatIsNoMessageOfTheProto(String method) {
        var edge = sluice.url(Component.GRPC_EDGE);
        assertThat(RawCall.send(edge, sluice.admin(), NotificationServiceGrpc.SERVICE_NAME, method, JUNK)
                        .summary())
                .isEqualTo("INVALID_ARGUMENT malformed message");
    }

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void shouldRefuseWhatIsNoMessageOfTheProtoOverWeb(Encoding encoding) {
        try (var call = GrpcWebClient.streamUpdates(
                sluice.url(Component.GRPC_EDGE), Credential.bearer(sluice.admin()), encoding, JUNK)) {
            assertThat(Expect.end(call).summary()).isEqualTo("INVALID_ARGUMENT malformed message");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/grpc-web+proto", "application/grpc-web-text+proto"})
    void shouldRefuseABodyThatIsNoFrame(String contentType) {
        var answer = Http.send(Http.request(
                        sluice.url(Component.GRPC_EDGE)
                                .resolve("/" + NotificationServiceGrpc.SERVICE_NAME + "/StreamUpdates"),
                        sluice.admin())
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofString("!!!! this is neither base64 nor a frame")));
        assertThat(answer.status()).isIn(200, 400);
        assertThat(answer.body()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/plain", "application/grpc+json"})
    void shouldRefuseAContentTypeThatIsNotGrpc(String contentType) {
        var answer = Http.send(Http.request(
                        sluice.url(Component.GRPC_EDGE)
                                .resolve("/" + NotificationServiceGrpc.SERVICE_NAME + "/StreamUpdates"),
                        sluice.admin())
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofString("{}")));
        assertThat(answer.refusal().summary()).isEqualTo("415 unsupported-media-type Content-Type");
    }

    @Test
    void shouldRefuseAMethodThatThereIsNot() {
        var edge = sluice.url(Component.GRPC_EDGE);
        assertThat(RawCall.send(edge, sluice.admin(), NotificationServiceGrpc.SERVICE_NAME, "Shout", JUNK)
                        .code())
                .isEqualTo("UNIMPLEMENTED");
    }

    @Test
    void shouldGoOnAfterBadMessagesOnConnect() {
        try (var connect = ConnectClient.connect(sluice.url(Component.GRPC_EDGE), sluice.admin())) {
            connect.send(ClientMessage.newBuilder().setId("nothing").build());
            connect.send(ClientMessages.ping(""));
            connect.publish("p", NewEvent.text("a..b", "x"));
            connect.subscribe("s", to("rooms.x").cursor("garbage"));
            assertError(connect, "nothing", "malformed");
            assertError(connect, "p", "malformed channel");
            assertError(connect, "s", "malformed cursor");
            Expect.until("the answer to what has no id", () -> connect.answers().size() >= 4);
            connect.subscribe("alive", to(channel));
            Expect.answer(connect, "alive");
            sluice.producer().text(channel, "alive");
            Expect.eventWith(connect, "alive");
        }
    }

    private static void assertError(ConnectClient connect, String id, String expected) {
        var answer = Expect.answer(connect, id);
        assertThat(answer.isError()).isTrue();
        assertThat(answer.members().path("reason").asText() + " "
                        + answer.members().path("field").asText())
                .startsWith(expected);
    }

    private Refusal sendUpdate(String token, NewEvent event) {
        var managed = Channels.open(sluice.url(Component.GRPC_EDGE));
        try {
            var response = NotificationServiceGrpc.newBlockingStub(Channels.withToken(managed, token))
                    .withDeadlineAfter(1, TimeUnit.MINUTES)
                    .sendUpdate(ClientMessages.updateRequest(event));
            return new Refusal("OK", "", "", response.toString());
        } catch (StatusRuntimeException refused) {
            return GrpcRefusals.of(refused);
        } finally {
            managed.shutdownNow();
        }
    }

    private Refusal sendUpdateOverWeb(String token, Encoding encoding, NewEvent event) {
        return GrpcWebClient.sendUpdate(sluice.url(Component.GRPC_EDGE), token, encoding, event)
                .status();
    }
}
