package dev.sluice.system.badinput;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.grpc.ConnectClient;
import dev.sluice.client.grpc.RawCall;
import dev.sluice.client.http.Answer;
import dev.sluice.client.http.Http;
import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.cursor.TopicBinding;
import dev.sluice.contract.v1.AcknowledgeRequest;
import dev.sluice.contract.v1.PositionServiceGrpc;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Acknowledgements that can't be one. */
@ExtendWith(SharedSluice.class)
class AckIT {
    private static final String FOREIGN =
            Cursor.single(TopicBinding.of("other", "id"), 12, 0, 1).toString();

    private final Sluice sluice;

    AckIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "``;body",
                "[];body",
                "no JSON;body",
                "{};durable",
                "{'durable':'n'};cursor",
                "{'durable':'n','cursor':''};cursor",
                "{'durable':'n','cursor':'abc'};cursor",
                "{'durable':'a b','cursor':'abc'};durable",
                "{'durable':7,'cursor':'abc'};durable",
                "{'durable':'n','cursor':'abc','more':1};more",
            })
    void shouldNameWhatIsWrong(String body, String field) {
        assertMalformed(post(body.replace('\'', '"'), sluice.admin()), field);
    }

    @Test
    void shouldRefuseTheCursorOfAnotherTopic() {
        assertMalformed(post("{\"durable\":\"n\",\"cursor\":\"" + FOREIGN + "\"}", sluice.admin()), "cursor");
    }

    @Test
    void shouldRefuseALongBody() {
        assertThat(post(" ".repeat(200_000), sluice.admin()).status()).isEqualTo(413);
    }

    @Test
    void shouldAskForAToken() {
        assertThat(post("{}", "").status()).isEqualTo(401);
        assertThat(Http.send(Http.request(sluice.url(Component.SSE_EDGE).resolve("/v1/acks/n"), "")
                                .DELETE())
                        .status())
                .isEqualTo(401);
    }

    @Test
    void shouldRefuseToAcknowledgeWhatIsNotDurable() {
        var channel = Sluice.unique("acks");
        try (var conversation = ConnectClient.connect(sluice.url(Component.GRPC_EDGE), sluice.admin())) {
            conversation.subscribe(Protocol.SUBSCRIPTION, to(channel));
            var cursor = Expect.started(conversation);
            conversation.ack("plain", Protocol.SUBSCRIPTION, cursor);
            conversation.ack("missing", "other", cursor);
            conversation.ack("foreign", Protocol.SUBSCRIPTION, FOREIGN);
            assertThat(Expect.answer(conversation, "plain")
                            .members()
                            .path("field")
                            .asText())
                    .isEqualTo("subscription");
            assertThat(Expect.answer(conversation, "missing")
                            .members()
                            .path("reason")
                            .asText())
                    .isEqualTo("not-found");
            assertThat(Expect.answer(conversation, "foreign").isError()).isTrue();
        }
    }

    /** Whatever an edge checks and bounds would be passed by. */
    @Tag("full")
    @ParameterizedTest
    @ValueSource(strings = {"Claim", "Acknowledge", "Forget"})
    void shouldNotWritePositionsForWhoeverIsNoEdge(String method) {
        var name = AcknowledgeRequest.newBuilder().setDurable("by-myself").build();
        assertThat(RawCall.send(
                                sluice.url(Component.PUBLISHER),
                                sluice.admin(),
                                PositionServiceGrpc.SERVICE_NAME,
                                method,
                                name.toByteArray())
                        .summary())
                .isEqualTo("PERMISSION_DENIED forbidden sluice-edge-key");
    }

    private Answer post(String body, String token) {
        return Http.send(Http.request(sluice.url(Component.SSE_EDGE).resolve("/v1/acks"), token)
                .POST(BodyPublishers.ofString(body)));
    }

    private static void assertMalformed(Answer answer, String field) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.json().path("field").asText()).isEqualTo(field);
    }
}
