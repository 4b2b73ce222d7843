package dev.sluice.edge.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.contract.filter.EventFilter;
import dev.sluice.contract.filter.Filters;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.revocation.TokenRef;
import dev.sluice.contract.v1.PublishReceipt;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.edge.engine.SilentLog;
import dev.sluice.edge.publish.FakePublisher;
import dev.sluice.edge.request.Fields;
import dev.sluice.edge.request.Form;
import dev.sluice.edge.request.SubscriptionSpec;
import dev.sluice.fanout.session.BodyFormat;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.FrameFormat;
import dev.sluice.fanout.session.OnGap;
import dev.sluice.fanout.session.Outlet;
import dev.sluice.fanout.session.Overflow;
import dev.sluice.fanout.session.Session;
import dev.sluice.fanout.session.Start;
import dev.sluice.fanout.session.SubscriptionRequest;
import dev.sluice.identity.Caller;
import dev.sluice.identity.permission.Permissions;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.DefaultEventExecutor;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConversationTest {
    private final DefaultEventExecutor loop = new DefaultEventExecutor();
    private final FakePublisher publisher = new FakePublisher();
    private final FakeDialect dialect = new FakeDialect();
    private final FakeOutlet outlet = new FakeOutlet();
    private final List<BiConsumer<@Nullable Caller, @Nullable Problem>> verifying = new ArrayList<>();
    private final Session session = open();
    private final Conversation conversation = new Conversation(
            session,
            loop,
            dialect,
            publisher,
            (token, answer) -> verifying.add(answer),
            caller("alice", EventFilter.EVERYTHING, "a.*"),
            "token");

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private Session open() {
        return loop.submit(() -> new SilentLog(loop, dialect).open(loop, outlet))
                .syncUninterruptibly()
                .getNow();
    }

    private static Caller caller(String subject, EventFilter filter, String... subscribe) {
        List<ChannelPattern> patterns =
                Arrays.stream(subscribe).map(ChannelPattern::new).toList();
        return new Caller(
                new TokenRef("issuer", subject, null, null, null),
                new Permissions(patterns, List.of(), filter),
                Instant.parse("9999-12-31T00:00:00Z"));
    }

    private static Operation.Subscribe subscribe(String id, String channel) {
        return new Operation.Subscribe(
                id,
                new SubscriptionSpec(
                        List.of(new ChannelPattern(channel)),
                        null,
                        EventFilter.EVERYTHING,
                        new Start.Live(),
                        Overflow.CATCH_UP,
                        OnGap.CONTINUE,
                        Form.DATA,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
    }

    private void handle(Operation operation) {
        onLoop(() -> conversation.handle(operation));
    }

    /** Also waits for what that put on the loop. */
    private void onLoop(Runnable action) {
        loop.submit(action).syncUninterruptibly();
        loop.submit(() -> {}).syncUninterruptibly();
    }

    private Problem failure(int index) {
        return ((Reply.Failed) dialect.replies.get(index)).problem();
    }

    @Test
    void shouldAnswerAPing() {
        handle(new Operation.Ping("1"));

        assertThat(dialect.replies).containsExactly(new Reply.Pong("1"));
    }

    @Test
    void shouldRefuseAnOperationWithoutAGoodId() {
        handle(new Operation.Ping(""));
        handle(new Operation.Ping("x".repeat(101)));
        handle(new Operation.Ping("x".repeat(100)));

        assertThat(failure(0).field()).isEqualTo("id");
        assertThat(failure(1).field()).isEqualTo("id");
        assertThat(dialect.replies.get(2)).isInstanceOf(Reply.Pong.class);
    }

    @Test
    void shouldSubscribeAndUnsubscribe() {
        handle(subscribe("1", "a.b"));
        handle(new Operation.Unsubscribe("2", "1"));
        handle(new Operation.Unsubscribe("3", "1"));

        assertThat(dialect.replies.get(0)).isInstanceOf(Reply.Subscribed.class);
        assertThat(((Reply.Subscribed) dialect.replies.get(0)).cursor()).isNotEmpty();
        assertThat(((Reply.Unsubscribed) dialect.replies.get(1)).subscription()).isEqualTo("1");
        assertThat(failure(2).reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(session.subscriptions()).isEmpty();
    }

    @Test
    void shouldRefuseWhatTheTokenDoesNotAllow() {
        handle(subscribe("1", "b"));

        assertThat(failure(0))
                .isEqualTo(Problem.forbidden("channels[0]", "the token does not allow to subscribe to 'b'"));
    }

    @Test
    void shouldBoundTheSubscriptions() {
        for (int i = 0; i < 101; i++) {
            handle(subscribe("" + i, "a.b"));
        }

        assertThat(session.subscriptions()).hasSize(100);
        assertThat(failure(100).reason()).isEqualTo(Reason.LIMITED);
    }

    @Test
    void shouldPublishWithTheClientsTokenAndAnswerWhenKafkaHasIt() {
        handle(new Operation.Publish("1", to("a.b")));
        handle(new Operation.Publish("2", to("a.c")));
        assertThat(dialect.replies).isEmpty();
        assertThat(publisher.calls.get(0).token()).isEqualTo("token");
        var receipt = PublishReceipt.newBuilder().setId("e").build();
        var refusal = Problem.of(Reason.UNAVAILABLE, "no Kafka");
        publisher.calls.get(1).refused().accept(refusal);
        publisher.calls.get(0).acknowledged().accept(receipt);
        onLoop(() -> {});

        assertThat(dialect.replies).containsExactly(new Reply.Failed("2", refusal), new Reply.Published("1", receipt));
    }

    @Test
    void shouldPublishToAChannelInTheOrderInWhichItWasSent() {
        handle(new Operation.Publish("1", to("a.b")));
        handle(new Operation.Publish("2", to("a.b")));
        assertThat(publisher.calls).hasSize(1);

        publisher.calls.get(0).refused().accept(Problem.of(Reason.UNAVAILABLE, "no Kafka"));
        onLoop(() -> {});
        assertThat(publisher.calls).hasSize(2);
        publisher.calls.get(1).acknowledged().accept(PublishReceipt.getDefaultInstance());
        onLoop(() -> {});

        assertThat(dialect.replies).extracting(Reply::id).containsExactly("1", "2");
    }

    private static PublishRequest to(String channel) {
        return PublishRequest.newBuilder().setChannel(channel).build();
    }

    @Test
    void shouldBoundThePublishesThatWait() {
        for (int i = 0; i < 257; i++) {
            handle(new Operation.Publish("" + i, to("channel" + i)));
        }
        assertThat(failure(0).reason()).isEqualTo(Reason.LIMITED);
        assertThat(publisher.calls).hasSize(256);

        publisher.calls.get(0).acknowledged().accept(PublishReceipt.getDefaultInstance());
        onLoop(() -> {});
        handle(new Operation.Publish("again", to("again")));
        assertThat(publisher.calls).hasSize(257);
    }

    @Test
    void shouldCloseAfterTenBadMessagesInARow() {
        for (int i = 0; i < 9; i++) {
            handle(new Operation.Ack("" + i, "s", "c"));
        }
        handle(new Operation.Ping("good"));
        for (int i = 0; i < 9; i++) {
            handle(new Operation.Ack("" + i, "s", "c"));
        }
        assertThat(session.isClosed()).isFalse();
        onLoop(() -> conversation.refuse("", Problem.malformed("message", "no JSON")));

        assertThat(outlet.ended).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void shouldCountARefusedSubscriptionAsABadMessage() {
        handle(subscribe("1", "a.b"));
        for (int i = 0; i < 10; i++) {
            handle(subscribe("1", "a.b"));
        }

        assertThat(outlet.ended).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void shouldGoOnWithAFreshTokenOfTheSameUser() {
        handle(subscribe("keep", "a.b"));
        handle(subscribe("lose", "a.c"));
        handle(new Operation.Auth("1", "fresh"));
        verifying.get(0).accept(caller("alice", EventFilter.EVERYTHING, "a.b"), null);
        onLoop(() -> {});
        handle(new Operation.Publish("2", PublishRequest.getDefaultInstance()));

        assertThat(dialect.replies.get(2)).isInstanceOf(Reply.Authenticated.class);
        assertThat(session.subscriptions())
                .extracting(SubscriptionRequest::name)
                .containsExactly("keep");
        assertThat(dialect.controls).containsExactly("lose close");
        assertThat(publisher.calls.get(0).token()).isEqualTo("fresh");
    }

    @Test
    void shouldCloseSubscriptionsWhoseFilterWasTheOldTokens() throws Rejected {
        handle(subscribe("1", "a.b"));
        handle(new Operation.Auth("2", "fresh"));
        verifying.get(0).accept(caller("alice", Filters.sql("filter", "type = 'x'"), "a.*"), null);
        onLoop(() -> {});

        assertThat(session.subscriptions()).isEmpty();
        assertThat(dialect.controls).containsExactly("1 close");
    }

    @Test
    void shouldRefuseATokenOfAnotherUserOrOfNobody() {
        handle(new Operation.Auth("1", "fresh"));
        handle(new Operation.Auth("2", "garbage"));
        verifying.get(0).accept(caller("bob", EventFilter.EVERYTHING, "**"), null);
        verifying.get(1).accept(null, null);
        onLoop(() -> {});
        handle(subscribe("3", "b"));

        assertThat(failure(0)).isEqualTo(new Problem(Reason.FORBIDDEN, "token", "this token is of another user"));
        assertThat(failure(1).reason()).isEqualTo(Reason.UNAUTHENTICATED);
        assertThat(failure(2).reason()).isEqualTo(Reason.FORBIDDEN);
    }

    @Test
    void shouldEndWhenAllIsAnsweredThatTheClientAsked() {
        var ends = new ArrayList<String>();
        handle(new Operation.Publish("1", to("a.b")));
        handle(new Operation.Publish("2", to("a.b")));
        handle(new Operation.Auth("3", "fresh"));
        onLoop(() -> conversation.finish(() -> ends.add("end")));
        publisher.calls.get(0).acknowledged().accept(PublishReceipt.getDefaultInstance());
        onLoop(() -> {});
        publisher.calls.get(1).acknowledged().accept(PublishReceipt.getDefaultInstance());
        onLoop(() -> {});
        assertThat(ends).isEmpty();

        verifying.get(0).accept(caller("bob", EventFilter.EVERYTHING, "**"), null);
        onLoop(() -> {});
        onLoop(() -> {});
        onLoop(() -> {});

        assertThat(dialect.replies).extracting(Reply::id).containsExactly("1", "2", "3");
        assertThat(ends).containsExactly("end");
    }

    @Test
    void shouldNotEndAsLongAsThereIsASubscription() {
        var ends = new ArrayList<String>();
        handle(subscribe("1", "a.b"));
        onLoop(() -> conversation.finish(() -> ends.add("end")));
        onLoop(() -> {});
        assertThat(ends).isEmpty();

        onLoop(() -> session.closeSubscription("1", Reason.SUPERSEDED));
        onLoop(() -> {});
        onLoop(() -> {});

        assertThat(ends).containsExactly("end");
    }

    @Test
    void shouldEndAtOnceWhenNothingWasAsked() {
        var ends = new ArrayList<String>();
        onLoop(() -> conversation.finish(() -> ends.add("end")));
        onLoop(() -> {});

        assertThat(ends).containsExactly("end");
    }

    @Test
    void shouldSayNothingToWhoHasLeft() {
        handle(new Operation.Auth("1", "fresh"));
        handle(new Operation.Publish("2", PublishRequest.getDefaultInstance()));
        onLoop(session::disconnected);
        verifying.get(0).accept(caller("alice", EventFilter.EVERYTHING, "**"), null);
        publisher.calls.get(0).acknowledged().accept(PublishReceipt.getDefaultInstance());
        onLoop(() -> {});

        assertThat(dialect.replies).isEmpty();
    }

    /** Keeps replies as they are. */
    private static final class FakeDialect implements Dialect, FrameFormat {
        final List<Reply> replies = new ArrayList<>();
        final List<String> controls = new ArrayList<>();
        private final BodyFormat body = (event, logTime) -> new byte[0];

        @Override
        public FrameFormat session() {
            return this;
        }

        @Override
        public FrameFormat events(Form form, Fields fields) {
            return this;
        }

        @Override
        public void reply(ByteBuf out, Reply reply) {
            replies.add(reply);
        }

        @Override
        public BodyFormat body() {
            return body;
        }

        @Override
        public byte[] label(String subscription) {
            return subscription.getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public void event(ByteBuf out, byte[] label, byte[] shared, byte[] cursor) {}

        @Override
        public void control(ByteBuf out, byte[] label, Control control, byte[] cursor) {
            controls.add(new String(label, StandardCharsets.US_ASCII) + " " + control.kind());
        }
    }

    private static final class FakeOutlet implements Outlet {
        @Nullable
        Reason ended;

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void write(ByteBuf frames, long sum) {
            frames.release();
        }

        @Override
        public void flush() {}

        @Override
        public boolean isWaiting() {
            return false;
        }

        @Override
        public long taken() {
            return 0;
        }

        @Override
        public CompletionStage<Void> end(Control.Close close) {
            ended = close.reason();
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void abort() {
            throw new AssertionError("it takes everything at once");
        }
    }
}
