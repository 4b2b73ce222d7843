package dev.sluice.system.limit;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Connection;
import dev.sluice.client.Conversation;
import dev.sluice.client.NewEvent;
import dev.sluice.client.grpc.Channels;
import dev.sluice.client.grpc.GrpcRefusals;
import dev.sluice.client.http.Http;
import dev.sluice.client.websocket.RawFrame;
import dev.sluice.client.websocket.RawHandshake;
import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.v1.NotificationServiceGrpc;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.contract.v1.PublisherServiceGrpc;
import dev.sluice.contract.v1.UpdateRequest;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.client.RawClient;
import dev.sluice.system.contract.Talk;
import dev.sluice.system.stack.Sluice;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How much is taken a second: of messages and bytes over a connection, of handshakes, of a user's events. */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RateLimitsIT {
    private static final int MESSAGES = 20;
    private static final int HANDSHAKES = 20;
    private static final int EVENTS = 1;
    /** So many errors in a row, and the connection is closed. */
    private static final int PATIENCE = 10;

    private static final String GRANTED = "granted";
    private static final Metadata.Key<String> PUSHBACK =
            Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

    private final Sluice sluice = start();

    private static Sluice start() {
        var builder = Sluice.builder("rate-limits");
        for (var edge : Component.EDGES) {
            builder.env(edge, "SLUICE_LIMITS_MESSAGES_PER_SECOND", String.valueOf(MESSAGES))
                    .env(edge, "SLUICE_LIMITS_BYTES_PER_SECOND", "64K")
                    .env(edge, "SLUICE_LIMITS_HANDSHAKES_PER_SECOND", String.valueOf(HANDSHAKES));
        }
        builder.env(Component.PUBLISHER, "SLUICE_PUBLISHER_USER_EVENTS_PER_SECOND", String.valueOf(EVENTS));
        return new Sluice(builder.start());
    }

    @AfterAll
    void stop() {
        sluice.close();
    }

    @ParameterizedTest
    @EnumSource
    @Hits(Limit.MESSAGE_RATE)
    void shouldAnswerWhoTalksTooFastAndCloseWhoGoesOn(Talk talk) {
        var edge = sluice.url(talk.edge());
        var before = Limits.hits(edge, "message-rate");
        try (var calm = letIn(talk);
                var loud = letIn(talk)) {
            var sent = new ArrayList<String>();
            Expect.until("that it is closed", () -> {
                for (int i = 0; i < 10 * MESSAGES; i++) {
                    sent.add("p" + sent.size());
                    loud.ping(sent.get(sent.size() - 1));
                }
                return loud.ended().isPresent();
            });
            assertThat(loud.ended().orElseThrow().summary())
                    .isEqualTo(talk.edge() == Component.WS_EDGE ? "4429 limited" : "RESOURCE_EXHAUSTED limited");
            var errors =
                    loud.answers().stream().filter(answer -> answer.isError()).toList();
            assertThat(errors).hasSizeGreaterThanOrEqualTo(PATIENCE);
            assertThat(errors).allSatisfy(error -> {
                assertThat(error.members().path("reason").asText()).isEqualTo("limited");
                assertThat(sent).contains(error.id());
            });
            assertThat(loud.answers().size() - errors.size())
                    .as("what is answered at once")
                    .isGreaterThanOrEqualTo(2 * MESSAGES);
            assertThat(Limits.hits(edge, "message-rate")).isGreaterThanOrEqualTo(before + PATIENCE);

            IntStream.range(0, MESSAGES).forEach(i -> calm.ping("p" + i));
            IntStream.range(0, MESSAGES)
                    .forEach(i ->
                            assertThat(Expect.answer(calm, "p" + i).isError()).isFalse());
        }
    }

    @ParameterizedTest
    @EnumSource
    @Hits(Limit.BYTE_RATE)
    void shouldRefuseMessagesThatAreTooManyBytes(Talk talk) {
        var edge = sluice.url(talk.edge());
        var before = Limits.hits(edge, "byte-rate");
        var large = NewEvent.text("rooms.large", "x".repeat(200 * 1024));
        try (var client = letIn(talk)) {
            client.ping("first");
            Expect.answer(client, "first");
            var sent = new AtomicInteger();
            var refused = Expect.eventually("a refusal", () -> {
                var id = talk + "-" + sent.incrementAndGet();
                client.publish(id, large.id(id));
                return client.answers().stream()
                        .filter(answer -> answer.isError()
                                && answer.members().path("detail").asText().contains("bytes a second"))
                        .findFirst();
            });
            assertThat(refused.members().path("reason").asText()).isEqualTo("limited");
            assertThat(Limits.hits(edge, "byte-rate")).isGreaterThan(before);
            assertThat(client.ended()).isEmpty();
        }
    }

    /** They are answered by whom nobody asks. */
    @Test
    void shouldCloseWhoFloodsItWithPings() {
        var edge = sluice.url(Component.WS_EDGE);
        var before = Limits.hits(edge, "message-rate");
        var ping = RawFrame.of(RawFrame.FIN | RawFrame.PING, "").bytes();
        Expect.until("a handshake", () -> handshake().equals(GRANTED));
        try (var client = RawClient.connect(edge)) {
            client.send(RawHandshake.request(sluice.token("alice"), Map.of())).readUntil("\"open\"");
            IntStream.range(0, 10 * MESSAGES).forEach(i -> client.send(ping));
            var close = new String(new char[] {0x88, 9, 4429 >> 8, 4429 & 0xFF}) + "limited";
            client.readUntil(Pattern.quote(close));
        }
        assertThat(Limits.hits(edge, "message-rate")).isEqualTo(before + 1);
    }

    private Conversation letIn(Talk talk) {
        return letIn(talk, "alice");
    }

    /** As soon as there is room for another handshake. */
    private Conversation letIn(Talk talk, String user) {
        return Expect.eventually("that it is let in", () -> {
            var client = talk.open(sluice, sluice.token(user));
            Expect.until(
                    "an answer",
                    () -> !client.received().isEmpty() || client.ended().isPresent());
            return Optional.of(client).filter(open -> open.ended().isEmpty());
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE_EDGE", "WS_EDGE", "GRPC_EDGE"})
    @Hits(Limit.HANDSHAKE_RATE)
    void shouldSendAwayWhoComesWhenTooManyDo(Component component) throws InterruptedException, ExecutionException {
        var edge = sluice.url(component);
        var before = Limits.hits(edge, "handshake-rate");
        try (var listener = listen(component)) {
            var refusal = firstRefusal(component);
            assertThat(refusal)
                    .isEqualTo(component == Component.GRPC_EDGE ? "UNAVAILABLE unavailable" : "503 unavailable");
            assertThat(Http.get(edge.resolve("/q/health/ready")).status()).isEqualTo(200);
            assertThat(Limits.hits(edge, "handshake-rate")).isGreaterThan(before);
            Expect.until("that one is let in again", () -> attempt(component).equals(GRANTED));

            sluice.producer(sluice.token("poster of " + component))
                    .text("rooms.lobby", "for who is inside " + component);
            Expect.eventWith(listener, "for who is inside " + component);
        }
    }

    private Connection listen(Component component) {
        var protocol = List.of(Protocol.SSE, Protocol.WEBSOCKET, Protocol.GRPC).stream()
                .filter(main -> main.edge() == component)
                .findFirst()
                .orElseThrow();
        return Expect.eventually("that it is let in", () -> {
            var client = sluice.subscribe(protocol, to("rooms.lobby"));
            Expect.until(
                    "an answer",
                    () -> client.start().isPresent() || client.ended().isPresent());
            return Optional.of(client).filter(open -> open.ended().isEmpty());
        });
    }

    /** Many come at once, until one is sent away. */
    private String firstRefusal(Component component) throws InterruptedException, ExecutionException {
        var threads = Executors.newFixedThreadPool(16);
        try {
            List<Callable<String>> crowd = IntStream.range(0, 5 * HANDSHAKES)
                    .mapToObj(i -> (Callable<String>) () -> attempt(component))
                    .toList();
            for (int round = 0; round < 20; round++) {
                for (var outcome : threads.invokeAll(crowd)) {
                    if (!outcome.get().equals(GRANTED)) {
                        return outcome.get();
                    }
                }
            }
            throw new AssertionError("nobody was sent away");
        } finally {
            threads.shutdownNow();
        }
    }

    private String attempt(Component component) {
        return switch (component) {
            case SSE_EDGE -> {
                var answer = Http.send(Http.request(
                        sluice.url(component).resolve("/v1/poll?channel=rooms.lobby&wait=0"), sluice.token("alice")));
                if (answer.status() == 503) {
                    assertThat(answer.header("Retry-After")).matches("[0-9]+");
                }
                yield answer.status() == 200 ? GRANTED : answer.refusal().summary();
            }
            case WS_EDGE -> handshake();
            case GRPC_EDGE -> call();
            default -> throw new IllegalArgumentException(component + " has no clients");
        };
    }

    private String handshake() {
        var answer = RawHandshake.open(
                sluice.url(Component.WS_EDGE),
                "/v1/ws",
                Map.of("Sec-WebSocket-Protocol", "sluice.v1.json", "Authorization", "Bearer " + sluice.token("alice")));
        return answer.status() == 101 ? GRANTED : answer.refusal().summary();
    }

    /** One that is refused for a reason of its own when it is let in. */
    private String call() {
        var channel = Channels.open(sluice.url(Component.GRPC_EDGE));
        try {
            var receipt = NotificationServiceGrpc.newBlockingStub(Channels.withToken(channel, sluice.token("alice")))
                    .sendUpdate(UpdateRequest.newBuilder()
                            .setChannel("orders.not.hers")
                            .build());
            throw new AssertionError("alice may not publish there: " + receipt);
        } catch (StatusRuntimeException end) {
            if (end.getStatus().getCode() == Status.Code.PERMISSION_DENIED) {
                return GRANTED;
            }
            assertThat(end.getTrailers().get(PUSHBACK)).matches("[0-9]+");
            return GrpcRefusals.of(end).summary();
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    @Hits(Limit.EVENT_RATE)
    void shouldRefuseEventsThatAUserPublishesTooFastOverHttp() {
        var publisher = sluice.url(Component.PUBLISHER);
        var before = Limits.hits(publisher, "event-rate");
        var alice = sluice.producer(sluice.token("fast over http"));
        var refused = Expect.eventually("a refusal", () -> IntStream.range(0, 10 * EVENTS)
                .mapToObj(i -> alice.post(NewEvent.text("rooms.fast", "x")))
                .filter(answer -> answer.status() != 201)
                .findFirst());
        assertThat(refused.refusal().summary()).isEqualTo("429 limited");
        assertThat(refused.header("Retry-After")).matches("[0-9]+");
        assertThat(Limits.hits(publisher, "event-rate")).isGreaterThan(before);
        assertThat(sluice.producer(sluice.token("another"))
                        .post(NewEvent.text("rooms.fast", "x"))
                        .status())
                .isEqualTo(201);
        Expect.until(
                "that she may publish again",
                () -> alice.post(NewEvent.text("rooms.fast", "x")).status() == 201);
    }

    @Test
    void shouldRefuseEventsThatAUserPublishesTooFastOverGrpc() {
        var channel = Channels.open(sluice.url(Component.PUBLISHER));
        try {
            var stub =
                    PublisherServiceGrpc.newBlockingStub(Channels.withToken(channel, sluice.token("fast over grpc")));
            var refused = Expect.eventually("a refusal", () -> {
                try {
                    for (int i = 0; i < 10 * EVENTS; i++) {
                        assertThat(stub.publish(PublishRequest.newBuilder()
                                                .setChannel("rooms.fast")
                                                .build())
                                        .getCursor())
                                .isNotEmpty();
                    }
                    return Optional.empty();
                } catch (StatusRuntimeException end) {
                    return Optional.of(GrpcRefusals.of(end));
                }
            });
            assertThat(refused.summary()).isEqualTo("RESOURCE_EXHAUSTED limited");
        } finally {
            channel.shutdownNow();
        }
    }

    /** With the token that is passed on. */
    @Test
    void shouldRefuseEventsThatAUserPublishesTooFastOverAnEdge() {
        try (var client = letIn(Talk.WEBSOCKET, "fast over an edge")) {
            // Fewer than the messages that are taken, more than the events.
            IntStream.range(0, 2 * MESSAGES - 5)
                    .forEach(i -> client.publish("p" + i, NewEvent.text("rooms.fast" + i, "x")));
            var refused = Expect.eventually("a refusal", () -> client.answers().stream()
                    .filter(answer -> answer.isError())
                    .findFirst());
            assertThat(refused.members().path("reason").asText()).isEqualTo("limited");
            assertThat(refused.members().path("detail").asText()).contains("events a second");
        }
    }
}
