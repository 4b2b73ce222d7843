package dev.sluice.fanout.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.cursor.CursorEncoder;
import dev.sluice.contract.cursor.TopicBinding;
import dev.sluice.contract.filter.EventFilter;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.revocation.Revocation;
import dev.sluice.contract.revocation.TokenRef;
import dev.sluice.fanout.log.LogEvent;
import dev.sluice.fanout.log.LogWriter;
import dev.sluice.fanout.log.RecentLog;
import dev.sluice.fanout.log.RecentLogLimits;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private static final RecentLogLimits TWO = new RecentLogLimits(1L << 40, 2, Duration.ofDays(1));
    private static final RecentLogLimits EIGHT = new RecentLogLimits(1L << 40, 8, Duration.ofDays(1));

    private final Replica replica = new Replica(4);

    // ---- Live

    @Test
    void shouldDeliverWhatIsPublishedFromNowOn() {
        replica.publish("a", "before");
        var client = replica.connect().live("a");
        replica.publish("a", "1", "2").publish("b", "other").publish("a", "3");

        assertThat(client.socket.ids()).containsExactly("1", "2", "3");
        assertThat(client.started).hasSize(1);
    }

    @Test
    void shouldDeliverOnceWhatSeveralPatternsMatch() {
        var client = replica.connect().live("a.*", "a.b", "**", "*.b");
        replica.publish("a.b", "1", "2");

        assertThat(client.socket.ids()).containsExactly("1", "2");
    }

    @Test
    void shouldDeliverToEachSubscriptionOfAConnection() {
        var client = replica.connect().subscribe("one", new Start.Live(), "a").subscribe("all", new Start.Live(), "**");
        replica.publish("a", "1").publish("b", "2");

        assertThat(client.socket.events())
                .extracting(Frame::subscription, Frame::text)
                .containsExactlyInAnyOrder(tuple("one", "1"), tuple("all", "1"), tuple("all", "2"));
    }

    @Test
    void shouldWriteABatchAtOnce() {
        var client = replica.connect().live("a");
        replica.publish("a", IntStream.range(0, 200).mapToObj(String::valueOf).toArray(String[]::new));

        assertThat(client.socket.ids()).hasSize(200);
        assertThat(client.socket.writes).isEqualTo(1);
    }

    @Test
    void shouldHandOutMoreThanOneBatch() {
        var client = replica.connect().live("**");
        String[] ids = IntStream.range(0, 3_000).mapToObj(String::valueOf).toArray(String[]::new);
        replica.publish("a", ids);

        assertThat(client.socket.ids()).containsExactly(ids);
    }

    @Test
    void shouldNotMissWhatIsPublishedWhileTheFirstSessionOfALoopOpens() {
        // The dispatcher reads the head, then it is made known; the tail publishes in between.
        replica.loop.whenScheduling(() -> {
            replica.log.append("a", "1").publish();
            replica.sessions.advanced();
        });
        var client = replica.connect().live("a");
        replica.loop.run();

        assertThat(client.socket.ids()).containsExactly("1");
    }

    @Test
    void shouldDeliverNothingAfterUnsubscribing() {
        var client =
                replica.connect().subscribe("one", new Start.Live(), "a").subscribe("two", new Start.Live(), "a.b");
        replica.publish("a", "1");
        byte[] cursor = client.session.unsubscribe("one");
        replica.publish("a", "2").publish("a.b", "3");

        assertThat(cursor).isNotNull();
        assertThat(client.socket.ids()).containsExactly("1", "3");
        assertThat(client.session.unsubscribe("one")).isNull();
        assertThat(client.session.subscriptions())
                .extracting(SubscriptionRequest::name)
                .containsExactly("two");
        var again = replica.connect().resume(new String(cursor, StandardCharsets.US_ASCII), "a");
        assertThat(again.socket.ids()).containsExactly("2");
    }

    @Test
    void shouldRefuseASecondSubscriptionOfTheSameName() {
        var client = replica.connect().live("a").live("b");

        assertThat(client.refused).containsExactly(Problem.malformed("id", "there is a subscription 's' already"));
        replica.publish("b", "1");
        assertThat(client.socket.ids()).isEmpty();
    }

    // ---- Slow

    @Test
    void shouldLetASlowClientCatchUpExactlyOnceInOrder() {
        var slow = replica.connect();
        slow.format = LineFormat.WIDE;
        slow.live("a", "b.*");
        var fast = replica.connect().live("**");
        slow.socket.room = 3;
        for (int i = 0; i < 20; i++) {
            replica.publish(i % 3 == 0 ? "b.c" : "a", "" + i);
        }

        assertThat(fast.socket.ids()).hasSize(20);
        assertThat(slow.socket.ids()).containsExactly("0", "1", "2");
        slow.drain(4);
        assertThat(slow.socket.ids()).hasSize(7);
        replica.publish("a", "20");
        slow.drain(Integer.MAX_VALUE);
        replica.publish("a", "21");
        assertThat(slow.socket.ids())
                .containsExactlyElementsOf(
                        IntStream.range(0, 22).mapToObj(String::valueOf).toList());
        assertThat(replica.count("sluice.subscriptions.fell.behind")).isEqualTo(1);
    }

    @Test
    void shouldReadOnWithoutADrainEventWhenTheSocketTakesMore() {
        var client = replica.connect();
        client.socket.room = 0;
        client.live("a");
        replica.publish("a", "1", "2");
        client.socket.room = Integer.MAX_VALUE;
        replica.loop.pass(Replica.HEARTBEAT);

        assertThat(client.socket.ids()).containsExactly("1", "2");
    }

    @Test
    void shouldOnlyDeliverTheNewestOfEachChannelOnceBehind() {
        var client = replica.connect();
        client.overflow = Overflow.LATEST;
        client.live("a.*");
        replica.publish("a.x", "x1").publish("a.y", "y1");
        client.socket.room = 0;
        replica.publish("a.x", "x2", "x3")
                .publish("a.y", "y2")
                .publish("a.x", "x4")
                .publish("a.z", "z1");
        client.drain(Integer.MAX_VALUE);
        replica.publish("a.x", "x5", "x6");

        assertThat(client.socket.ids()).containsExactly("x1", "y1", "y2", "x4", "z1", "x5", "x6");
    }

    @Test
    void shouldConflateOnlyWithWhatTheFilterLetsPass() {
        var client = replica.connect();
        client.overflow = Overflow.LATEST;
        client.filter = Replica.type("good");
        client.live("a");
        client.socket.room = 0;
        int home = replica.log.home("a");
        replica.log
                .append(home, LogWriter.event("a", "1", "good"))
                .append(home, LogWriter.event("a", "2", "good"))
                .append(home, LogWriter.event("a", "3", "bad"));
        replica.publish();
        client.drain(Integer.MAX_VALUE);

        assertThat(client.socket.ids()).containsExactly("2");
    }

    // ---- What has left memory

    @Test
    void shouldReadInKafkaWhatLeftMemoryWhileTheClientDidNotRead() {
        for (String channel : List.of("a", "**")) {
            var small = new Replica(EIGHT, 0, 0);
            var client = small.connect().live(channel);
            small.publish("a", "0");
            client.socket.room = 0;
            publishNumbers(small, 1, 30);
            client.drain(Integer.MAX_VALUE);
            small.publish("a", "30");

            assertThat(client.socket.of("gap")).isEmpty();
            assertThat(client.socket.ids()).containsExactlyElementsOf(numbers(0, 31));
        }
    }

    @Test
    void shouldReadOnInKafkaOnlyAsTheSocketDrains() {
        var small = new Replica(EIGHT, 0, 0);
        var client = small.connect();
        client.format = LineFormat.WIDE;
        client.live("**");
        client.socket.room = 0;
        publishNumbers(small, 0, 30);
        client.drain(3);
        assertThat(client.socket.ids()).containsExactly("0", "1", "2");
        int reads = small.cold.reads;
        small.loop.pass(Replica.HEARTBEAT);
        assertThat(small.cold.reads).isEqualTo(reads);
        client.drain(Integer.MAX_VALUE);

        assertThat(client.socket.ids()).containsExactlyElementsOf(numbers(0, 30));
    }

    @Test
    void shouldReadInKafkaWhatTheLoopWasHeldUpForLongerThanMemoryReaches() {
        var small = new Replica(EIGHT, 0, 0);
        var one = small.connect().live("a");
        var all = small.connect().live("**");
        small.publish("a", "0");
        for (int i = 1; i < 30; i++) {
            small.log.append("a", "" + i);
        }
        small.publish();
        small.publish("a", "30");

        for (var client : List.of(one, all)) {
            assertThat(client.socket.of("gap")).isEmpty();
            assertThat(client.socket.ids()).containsExactlyElementsOf(numbers(0, 31));
        }
    }

    @Test
    void shouldKeepHeartbeatsAndTheCursorWhileKafkaDoesNotAnswer() {
        var small = new Replica(EIGHT, 0);
        var first = small.connect().live("a");
        small.publish("a", "0");
        publishNumbers(small, 1, 20);
        small.cold.answersAtOnce = false;
        var back = small.connect().resume(first.socket.frames.get(0).cursor(), "a");
        small.loop.pass(Replica.HEARTBEAT);

        assertThat(back.socket.ids()).isEmpty();
        assertThat(back.socket.of("heartbeat")).isNotEmpty();
        assertThat(back.cursor()).isEqualTo(first.socket.frames.get(0).cursor());
        while (small.cold.answerOne()) {
            small.loop.run();
        }
        assertThat(back.socket.ids()).containsExactlyElementsOf(numbers(1, 20));
    }

    @Test
    void shouldBeginWithTheNewestAlsoWhereMemoryHasFewer() {
        var small = new Replica(EIGHT, 0, 0);
        publishNumbers(small, 0, 30);
        var one = small.connect().subscribe("s", new Start.Last(20), "a");
        var all = small.connect().subscribe("s", new Start.Last(20), "**");
        var more = small.connect().subscribe("s", new Start.Last(100), "**");

        assertThat(one.socket.ids()).containsExactlyElementsOf(numbers(10, 30));
        assertThat(all.socket.ids()).containsExactlyElementsOf(numbers(10, 30));
        assertThat(more.socket.ids()).containsExactlyElementsOf(numbers(0, 30));
    }

    @Test
    void shouldBeginAtATimeAlsoWhereMemoryDoesNotReach() {
        var small = new Replica(EIGHT, 0, 0);
        publishNumbers(small, 0, 30);
        var client = small.connect().subscribe("s", new Start.Since(Instant.EPOCH), "a");
        small.times.complete(new long[2]);
        small.loop.run();

        assertThat(client.socket.ids()).containsExactlyElementsOf(numbers(0, 30));
    }

    // ---- Gaps

    @Test
    void shouldTellOneGapWhenTheLogNoLongerHoldsWhatFollowsACursor() {
        for (String channel : List.of("a", "**")) {
            var small = new Replica(EIGHT, 0, 0);
            var first = small.connect().live(channel);
            small.publish("a", "0");
            String cursor = first.cursor();
            publishNumbers(small, 1, 20);
            small.cold.begin = new long[] {7, 7};
            var second = small.connect().resume(cursor, channel);

            List<Frame> gaps = second.socket.of("gap");
            assertThat(gaps).hasSize(1);
            assertThat(gaps.get(0).text())
                    .isEqualTo("expired " + cursor + " " + gaps.get(0).cursor());
            assertThat(second.socket.ids()).containsExactlyElementsOf(numbers(7, 20));
            assertThat(small.count("sluice.gaps", "reason", "expired")).isEqualTo(1);
            var third = small.connect().resume(second.started.get(0), channel);
            assertThat(third.socket.of("gap")).hasSize(1);
            var fourth = small.connect().resume(gaps.get(0).cursor(), channel);
            assertThat(fourth.socket.of("gap")).isEmpty();
            assertThat(fourth.socket.ids()).containsExactlyElementsOf(numbers(7, 20));
        }
    }

    @Test
    void shouldNeverMoveACursorOverAGapThatWasNotTold() {
        for (String channel : List.of("a", "**")) {
            var small = new Replica(EIGHT, 0, 0);
            var first = small.connect().live(channel);
            small.publish("a", "0");
            String cursor = first.cursor();
            publishNumbers(small, 1, 30);
            small.cold.begin = new long[] {7, 7};
            small.cold.answersAtOnce = false;
            var second = small.connect().resume(cursor, channel);
            second.socket.room = 0;
            while (small.cold.answerOne()) {
                small.loop.run();
            }
            second.session.drained();
            second.session.close(Reason.DRAINING, Duration.ZERO);
            small.cold.answersAtOnce = true;

            assertThat(second.socket.of("gap")).isEmpty();
            assertThat(second.socket.last().cursor()).isEqualTo(cursor);
            var third = small.connect().resume(second.socket.last().cursor(), channel);
            assertThat(third.socket.of("gap")).hasSize(1);
        }
    }

    @Test
    void shouldEndTheSubscriptionAtAGapIfAskedTo() {
        var small = new Replica(EIGHT, 0);
        var first = small.connect().live("a");
        small.publish("a", "0");
        String cursor = first.cursor();
        publishNumbers(small, 1, 20);
        small.cold.begin = new long[] {7};
        var second = small.connect();
        second.onGap = OnGap.CLOSE;
        second.resume(cursor, "a");

        assertThat(second.socket.ids()).isEmpty();
        assertThat(second.socket.of("gap")).isEmpty();
        assertThat(second.socket.last().kind()).isEqualTo("close");
        assertThat(second.socket.last().text()).startsWith("gap");
        assertThat(second.socket.last().cursor()).isEqualTo(cursor);
        assertThat(second.session.subscriptions()).isEmpty();
    }

    @Test
    void shouldTellAGapWhenKafkaLostTheEndOfTheLog() {
        var ahead = new Replica(1);
        var first = ahead.connect().live("a");
        ahead.publish("a", "0", "1", "2", "3", "4");
        var here = new Replica(1);
        here.publish("a", "0", "1");
        var second = here.connect().resume(first.cursor(), "a");
        here.publish("a", "other");

        assertThat(second.socket.of("gap")).hasSize(1);
        assertThat(second.socket.of("gap").get(0).text()).startsWith("truncated " + first.cursor());
        assertThat(second.socket.ids()).containsExactly("other");
    }

    @Test
    void shouldNeverMoveACursorOverWhatWasNotDelivered() {
        for (String channel : List.of("a", "**")) {
            var small = new Replica(EIGHT, 0, 0);
            var client = small.connect().live(channel);
            small.publish("a", "0");
            client.socket.room = 0;
            publishNumbers(small, 1, 30);
            client.session.close(Reason.DRAINING, Duration.ZERO);
            var second = small.connect().resume(client.socket.last().cursor(), channel);

            assertThat(client.socket.last().kind()).isEqualTo("close");
            assertThat(second.socket.ids()).containsExactlyElementsOf(numbers(1, 30));
        }
    }

    @Test
    void shouldLoseNothingWhileTheTailEvictsWhatItHasNotPublished() {
        for (String channel : List.of("a", "**")) {
            var small = new Replica(EIGHT, 0);
            var client = small.connect();
            client.live(channel);
            client.socket.room = 0;
            publishNumbers(small, 0, 8);
            // The tail is in the middle of a batch: 0 to 4 are gone already, and nobody has said so yet.
            for (int i = 8; i < 13; i++) {
                small.log.append("a", "" + i);
            }
            client.drain(Integer.MAX_VALUE);
            var resumed = small.connect().resume(client.started.get(0), channel);
            small.publish();

            assertThat(client.socket.of("gap")).isEmpty();
            assertThat(client.socket.ids()).containsExactlyElementsOf(numbers(0, 13));
            assertThat(resumed.socket.ids()).containsExactlyElementsOf(numbers(0, 13));
        }
    }

    @Test
    void shouldWakeEachSessionOnceHoweverMuchTheLoopMissed() {
        var small = new Replica(EIGHT, 0);
        var client = small.connect().live("**");
        client.socket.room = 0;
        small.publish("a", "0");
        for (int i = 0; i < 20; i++) {
            small.log.append("a", "" + i);
        }
        small.log.publish();
        for (int i = 0; i < 6; i++) {
            small.log.append("a", "unpublished" + i);
        }
        small.sessions.advanced();
        small.loop.runOne();

        assertThat(small.loop.waiting()).isLessThanOrEqualTo(2);
    }

    @Test
    void shouldTellWhenTheTopicWasMadeAnew() {
        var before = new Replica(2);
        var first = before.connect().live("a");
        before.publish("a", "old");
        var after = new Replica(TopicBinding.of("events", "anotherId"), LogWriter.ROOMY, 0, 0);
        after.publish("a", "new");
        var second = after.connect().resume(first.cursor(), "a");

        assertThat(second.socket.frames.get(0).text()).startsWith("topic-recreated " + first.cursor() + " ");
        assertThat(second.socket.ids()).containsExactly("new");
    }

    private static void publishNumbers(Replica replica, int from, int to) {
        for (int i = from; i < to; i++) {
            replica.publish("a", "" + i);
        }
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(String::valueOf).toList();
    }

    @Test
    void shouldWriteNothingBeforeItIsKnownWhereItBegins() {
        var client = replica.connect(replica.loop.clock().instant().plusSeconds(70));
        client.subscribe("s", new Start.Since(Instant.EPOCH), "a");
        replica.loop.pass(Duration.ofSeconds(20));
        assertThat(client.socket.frames).isEmpty();
        replica.loop.pass(Duration.ofSeconds(60));

        assertThat(client.socket.writes).isZero();
        assertThat(client.socket.ended).isNull();
        assertThat(client.refused).extracting(Problem::reason).containsExactly(Reason.TOKEN_EXPIRED);
        assertThat(client.session.isClosed()).isTrue();
    }

    // ---- Ended by the server

    @Test
    void shouldEndSessionsOneAfterTheOtherOverTheWindowEachWithWhereItStood() {
        List<Replica.Client> clients = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            clients.add(replica.connect().live("a"));
        }
        var ended =
                replica.sessions.end(Reason.DRAINING, Duration.ofSeconds(10)).toCompletableFuture();
        replica.loop.run();
        List<Integer> order = new ArrayList<>();
        for (int second = 0; second < 10; second++) {
            assertThat(ended).isNotDone();
            replica.loop.pass(Duration.ofSeconds(1));
            replica.publish("a", "" + second);
            List<Integer> gone = IntStream.range(0, 100)
                    .filter(i -> clients.get(i).socket.ended != null && !order.contains(i))
                    .boxed()
                    .toList();
            assertThat(gone).hasSizeBetween(9, 11);
            order.addAll(gone);
        }
        replica.loop.pass(Duration.ofMillis(1));

        assertThat(ended).isCompleted();
        assertThat(clients).allSatisfy(client -> {
            assertThat(client.socket.last().kind()).isEqualTo("close");
            assertThat(client.socket.last().text()).startsWith("draining");
            assertThat(client.socket.ended).isNotNull();
            assertThat(client.socket.ended.reconnectAfter()).isBetween(Duration.ofMillis(100), Duration.ofSeconds(2));
            // What it has not had by then begins where its last cursor says.
            var had = client.socket.ids();
            assertThat(had).containsExactlyElementsOf(numbers(0, had.size()));
        });
        assertThat(order).isNotEqualTo(order.stream().sorted().toList());
    }

    /** Where memory runs out: it is what waits for those who do not read that is let go, at once. */
    @Test
    void shouldSendThoseAwayFirstWhoDoNotRead() {
        List<Replica.Client> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(replica.connect().live("a"));
        }
        var stuck = clients.get(7);
        stuck.socket.room = 0;
        stuck.socket.waiting = true;
        stuck.socket.mayBeCut = true;
        replica.publish("a", "0");

        replica.sessions.shed(0.05);
        replica.loop.run();
        assertThat(clients.stream().filter(client -> client.session.isClosed())).containsExactly(stuck);
        assertThat(stuck.socket.aborted).isTrue();

        replica.sessions.shed(0.1);
        replica.loop.run();
        assertThat(clients.stream().filter(client -> client.socket.ended != null))
                .hasSize(2)
                .allSatisfy(client -> assertThat(client.socket.last().text()).startsWith("unavailable"));
        replica.publish("a", "1");
        assertThat(clients.stream().filter(client -> !client.session.isClosed()))
                .hasSize(17)
                .allSatisfy(client -> assertThat(client.socket.ids()).containsExactly("0", "1"));
    }

    @Test
    void shouldListSessionsPageByPageAndSayHowFarBehindTheyAre() {
        var live = replica.connect().live("a");
        replica.publish("a", "1");
        var slow = replica.connect().live("a", "b.*");
        slow.socket.room = 0;
        replica.publish("a", "2", "3");
        replica.publish("b.x", "4");

        var first = list("", 1);
        var second = list(first.get(0).id(), 1);
        assertThat(list(second.get(0).id(), 1)).isEmpty();
        var all = List.of(first.get(0), second.get(0));
        assertThat(list("", 10)).isEqualTo(all);
        assertThat(all).extracting(SessionView::id).isSorted();
        assertThat(all).extracting(SessionView::peer).containsOnly(Replica.ALICE);

        var ofLive = view(all, live.session);
        assertThat(ofLive.bytes()).isPositive();
        assertThat(ofLive.opened()).isEqualTo(replica.loop.clock().instant());
        assertThat(ofLive.subscriptions()).singleElement().satisfies(subscription -> {
            assertThat(subscription.live()).isTrue();
            assertThat(subscription.lag()).isZero();
        });
        assertThat(view(all, slow.session).subscriptions()).singleElement().satisfies(subscription -> {
            assertThat(subscription.channels()).containsExactly("a", "b.*");
            assertThat(subscription.live()).isFalse();
            assertThat(subscription.lag()).isEqualTo(3);
        });
    }

    private List<SessionView> list(String after, int most) {
        var page = replica.sessions.list(after, most).toCompletableFuture();
        replica.loop.run();
        return page.join();
    }

    private static SessionView view(List<SessionView> all, Session session) {
        return all.stream()
                .filter(view -> view.id().equals(session.id()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldTakeNoSessionWhileItEndsThemAndBeDoneAtOnceWhereThereIsNone() throws Rejected {
        var client = replica.connect().live("a");
        client.session.disconnected();
        var ended = replica.sessions.end(Reason.DRAINING, Duration.ofHours(1)).toCompletableFuture();
        replica.loop.run();

        assertThat(ended).isCompleted();
        assertThat(replica.sessions.open(
                        replica.loop,
                        new FakeOutlet(),
                        new SessionOptions(LineFormat.NARROW, Replica.TOKEN, null, Replica.ALICE)))
                .isEmpty();
    }

    @Test
    void shouldEndSessionsWhenTheyAreAsOldAsTheyMayGetATenthMoreOrLess() {
        var aging = new Replica(Replica.TOPIC, LogWriter.ROOMY, Optional.of(Duration.ofSeconds(100)), new long[4]);
        List<Replica.Client> clients =
                IntStream.range(0, 50).mapToObj(i -> aging.connect().live("a")).toList();
        var left = aging.connect().live("a");
        left.session.disconnected();
        aging.loop.pass(Duration.ofSeconds(89));
        assertThat(clients).allSatisfy(client -> assertThat(client.socket.ended).isNull());
        aging.loop.pass(Duration.ofSeconds(11));
        assertThat(clients.stream()
                        .filter(client -> client.socket.ended != null)
                        .count())
                .isBetween(1L, 49L);
        aging.loop.pass(Duration.ofSeconds(11));

        assertThat(clients)
                .allSatisfy(client -> assertThat(client.socket.last().text()).startsWith("max-age"));
        assertThat(left.socket.ended).isNull();
        assertThat(aging.count("sluice.disconnects", "reason", "max-age")).isEqualTo(50);
    }

    // ---- Where to begin

    @Test
    void shouldBeginWithTheNewestThatMatch() {
        for (String channel : List.of("a", "*")) {
            var twin = new Replica(4);
            int home = twin.log.home("a");
            for (int i = 0; i < 10; i++) {
                twin.log.append(home, LogWriter.event("a", "" + i, i % 2 == 0 ? "even" : "odd"));
                twin.log.append("other.channel", "no" + i);
            }
            twin.publish();
            var client = twin.connect();
            client.filter = Replica.type("even");
            client.subscribe("s", new Start.Last(3), channel);
            twin.publish("a", "of another type");

            assertThat(client.socket.ids()).containsExactly("4", "6", "8");
            var all = twin.connect().subscribe("s", new Start.Last(100), channel);
            assertThat(all.socket.ids()).hasSize(11);
            var none = twin.connect().subscribe("s", new Start.Last(3), "quiet");
            assertThat(none.socket.ids()).isEmpty();
        }
    }

    @Test
    void shouldBeginAtATime() {
        replica.publish("a", "0", "1", "2");
        long[] offsets = new long[4];
        offsets[replica.log.home("a")] = 1;
        var client = replica.connect();
        client.subscribe("s", new Start.Since(Instant.EPOCH), "a");
        assertThat(client.started).isEmpty();
        replica.publish("a", "3");
        replica.times.complete(offsets);
        replica.loop.run();
        replica.publish("a", "4");

        assertThat(client.socket.ids()).containsExactly("1", "2", "3", "4");
    }

    @Test
    void shouldTellNoGapAtATimeWhenOnlyOtherPartitionsLackIt() {
        var small = new Replica(new RecentLogLimits(1L << 40, 4, Duration.ofDays(1)), 0, 0);
        int home = small.log.home("a");
        small.log.append(1 - home, LogWriter.event("z", "gone", "message"));
        small.publish("a", "0", "1", "2", "3");
        var client = small.connect();
        client.subscribe("s", new Start.Since(Instant.EPOCH), "a");
        small.times.complete(new long[2]);
        small.loop.run();

        assertThat(client.socket.of("gap")).isEmpty();
        assertThat(client.socket.ids()).containsExactly("0", "1", "2", "3");
    }

    @Test
    void shouldRefuseWhenKafkaDoesNotSayWhereATimeLies() {
        var client = replica.connect();
        client.subscribe("s", new Start.Since(Instant.EPOCH), "a");
        replica.times.completeExceptionally(new IllegalStateException("no Kafka"));
        replica.loop.run();

        assertThat(client.refused).extracting(Problem::reason).containsExactly(Reason.UNAVAILABLE);
    }

    @Test
    void shouldRefuseCursorsThatAreNotOfTheSubscription() {
        String one = Cursor.single(Replica.TOPIC, 4, (replica.log.home("a") + 1) % 4, 0)
                .toString();
        String first = Cursor.single(Replica.TOPIC, 4, 0, 0).toString();
        String foreign =
                Cursor.all(TopicBinding.of("elsewhere", "x"), new long[4]).toString();
        for (var pair : List.of(List.of(one, "a"), List.of(foreign, "a"), List.of(first, "**"))) {
            var client = replica.connect().resume(pair.get(0), pair.get(1));
            assertThat(client.refused).extracting(Problem::reason).containsExactly(Reason.MALFORMED);
            assertThat(client.refused).extracting(Problem::field).containsExactly("cursor");
        }
        assertThat(replica.gauge("sluice.subscriptions.active")).isZero();
    }

    @Test
    void shouldSendElsewhereWhoKnowsOfPartitionsThatThisReplicaDoesNot() {
        String cursor = Cursor.all(Replica.TOPIC, new long[5]).toString();
        for (String channel : List.of("a", "**")) {
            var client = replica.connect().resume(cursor, channel);
            assertThat(client.refused).extracting(Problem::reason).containsExactly(Reason.UNAVAILABLE);
        }
    }

    @Test
    void shouldGoOnAfterACursorThatIsAheadOfThisReplica() {
        var ahead = new Replica(4);
        var first = ahead.connect().live("**");
        ahead.publish("a", "a1").publish("b", "b1").publish("a", "a2");
        replica.publish("b", "b1");
        replica.cold.ends = ahead.log.ends();
        var second = replica.connect().resume(first.cursor(), "**");
        replica.publish("a", "a1").publish("a", "a2", "a3").publish("b", "b2");

        assertThat(second.socket.ids()).containsExactly("a3", "b2");
    }

    @Test
    void shouldTellAGapWhereTheOperatorsLimitLies() {
        var small = new Replica(TWO, 0);
        var first = small.connect().live("a");
        String cursor = first.cursor();
        small.publish("a", "1", "2", "3", "4", "5", "6");
        small.cold.limit = new long[] {2};
        var back = small.connect().resume(cursor, "a");

        assertThat(back.socket.of("gap"))
                .extracting(Frame::text)
                .singleElement()
                .asString()
                .contains("rewind-limit");
        assertThat(back.socket.ids()).containsExactly("3", "4", "5", "6");
        assertThat(small.count("sluice.gaps", "reason", "rewind-limit")).isOne();
    }

    // ---- Channels that are not at home

    /** A replica may meet two partitions in another order than the one that the cursor is from. */
    @Test
    void shouldDeliverWhatAnotherProducerPutElsewhereAtAboutTheTimeOfTheCursor() {
        int home = replica.log.home("a");
        replica.log.append((home + 1) % 4, LogWriter.event("a", "elsewhere", "message"), 100_000);
        replica.log.append(home, LogWriter.event("a", "had", "message"), 101_000);
        replica.publish();
        String cursor = new String(new CursorEncoder(Replica.TOPIC).single(4, home, 1), StandardCharsets.US_ASCII);

        assertThat(replica.connect().resume(cursor, "a").socket.ids()).containsExactly("elsewhere");
    }

    /** The limit of what foreign partitioners do: docs/producers.md, "From Kafka directly". */
    @Test
    void shouldFindWhatAnotherProducerPutElsewhereAsLongAsItIsInMemory() {
        var small = new Replica(TWO, 0, 0);
        int home = small.log.home("a");
        String cursor = small.connect().live("a").cursor();
        small.log.append(1 - home, LogWriter.event("a", "elsewhere", "message"));
        small.publish();
        assertThat(small.connect().resume(cursor, "a").socket.ids()).containsExactly("elsewhere");

        small.publish("a", "1", "2", "3");
        assertThat(small.connect().resume(cursor, "a").socket.ids()).containsExactly("1", "2", "3");
    }

    /** The limit of an edge that starts just after partitions were added: docs/operators.md, "Limits of this version". */
    @Test
    void shouldDeliverAMovedChannelInTheOrderInWhichTheTailMeetsItsPartitions() {
        var client = replica.connect().live("a");
        int home = replica.log.home("a");
        replica.log.append(home, LogWriter.event("a", "newer", "message"), 10_000);
        replica.log.append((home + 1) % 4, LogWriter.event("a", "older", "message"), 1_000);
        replica.publish();

        assertThat(client.socket.ids()).containsExactly("newer", "older");
    }

    @Test
    void shouldResumeWithTheFirstCursorAlsoWhenAnotherProducerChoseThePartitionSince() {
        for (int home = 0; home < 4; home++) {
            var twin = new Replica(4);
            int there = home;
            String channel = IntStream.range(0, 1_000)
                    .mapToObj(i -> "c" + i)
                    .filter(name -> twin.log.home(name) == there)
                    .findFirst()
                    .orElseThrow();
            var first = twin.connect().live(channel);
            String cursor = first.cursor();
            twin.log.append((home + 1) % 4, LogWriter.event(channel, "1", "message"));
            twin.log.append((home + 2) % 4, LogWriter.event(channel, "2", "message"));
            twin.publish();
            var second = twin.connect().resume(cursor, channel);

            assertThat(second.refused).isEmpty();
            assertThat(second.socket.of("gap")).isEmpty();
            assertThat(second.socket.ids()).containsExactly("1", "2");
        }
    }

    @Test
    void shouldResumeExactlyWhereAChannelMovedBecausePartitionsWereAdded() {
        var twin = new Replica(2);
        String channel = IntStream.range(0, 1_000)
                .mapToObj(i -> "c" + i)
                .filter(name -> RecentLog.home(name, 2) == 1 && RecentLog.home(name, 4) == 3)
                .findFirst()
                .orElseThrow();
        var first = twin.connect().live(channel);
        String start = first.cursor();
        twin.publish(channel, "1", "2");
        String afterTwo = first.cursor();
        twin.log.addPartitions(4);
        twin.publish();
        twin.publish(channel, "3", "4");
        assertThat(first.socket.ids()).containsExactly("1", "2", "3", "4");

        for (String cursor : List.of(start, afterTwo)) {
            var second = twin.connect().resume(cursor, channel);
            List<String> expected = cursor.equals(start) ? List.of("1", "2", "3", "4") : List.of("3", "4");
            assertThat(second.socket.ids()).isEqualTo(expected);
            assertThat(twin.connect()
                            .resume(second.started.get(0), channel)
                            .socket
                            .ids())
                    .isEqualTo(expected);
            List<Frame> events = second.socket.events();
            for (int i = 0; i < events.size(); i++) {
                var third = twin.connect().resume(events.get(i).cursor(), channel);
                assertThat(third.socket.ids()).isEqualTo(expected.subList(i + 1, expected.size()));
            }
        }
    }

    @Test
    void shouldResumeExactlyWhereAChannelMovedMoreThanOnce() {
        // To a new partition, to one that was there already, and to one where it had been before.
        for (int[] homes : new int[][] {{0, 1, 2, 4}, {1, 0, 3, 2}, {0, 2, 0, 4}, {1, 0, 1, 4}}) {
            for (var limits : List.of(LogWriter.ROOMY, TWO)) {
                String channel = channelWith(homes);
                shouldResumeExactly(moved(channel, limits, homes.length), channel);
            }
        }
    }

    /** It can't be told from the partition that it was anywhere else; only from how many there were. */
    @Test
    void shouldResumeExactlyWhereAChannelMovedAwayAndBack() {
        for (var limits : List.of(LogWriter.ROOMY, TWO)) {
            String channel = channelWith(1, 0, 1);
            var replica = moved(channel, limits, 3);
            shouldResumeExactly(replica, channel);
            assertThat(replica.connect()
                            .resume(Cursor.all(Replica.TOPIC, new long[] {0, 2}).toString(), channel, "other")
                            .socket
                            .ids())
                    .containsExactly("3", "4", "5", "6");
        }
    }

    /** What its old partition begins with now came after all that is to be read elsewhere, and says nothing of when that was. */
    @Test
    void shouldReadAllOfWhereAChannelWasInBetweenWhenItsOldPlaceWasDeleted() {
        String channel = channelWith(1, 0, 1);
        var replica = moved(channel, TWO, 3);
        replica.cold.begin = new long[] {0, 2, 0, 0};
        var back = replica.connect().resume(receipt(replica, 1), channel);
        assertThat(back.socket.of("gap")).hasSize(1);
        assertThat(back.socket.ids()).containsExactly("3", "4", "5", "6");
    }

    private static final int[] COUNTS = {2, 3, 4, 5};

    /** One that is in these partitions, by each number of partitions. */
    private static String channelWith(int... homes) {
        return IntStream.range(0, 10_000)
                .mapToObj(i -> "c" + i)
                .filter(name ->
                        IntStream.range(0, homes.length).allMatch(i -> RecentLog.home(name, COUNTS[i]) == homes[i]))
                .findFirst()
                .orElseThrow();
    }

    /** Two events by each number of partitions, a minute apart. */
    private static Replica moved(String channel, RecentLogLimits limits, int counts) {
        var replica = new Replica(limits, new long[COUNTS[0]]);
        replica.lookup = (time, count) -> CompletableFuture.completedFuture(IntStream.range(0, count)
                .mapToLong(partition -> replica.log.records().stream()
                        .filter(event -> event.partition() == partition)
                        .filter(event -> event.timestamp() < time.toEpochMilli())
                        .count())
                .toArray());
        for (int i = 0; i < counts; i++) {
            if (i > 0) {
                replica.log.addPartitions(COUNTS[i]);
                replica.publish();
            }
            for (int number = 2 * i + 1; number <= 2 * i + 2; number++) {
                replica.log.append(
                        replica.log.home(channel), LogWriter.event(channel, "" + number, "message"), number * 60_000L);
            }
            replica.publish();
        }
        return replica;
    }

    /** The cursor that the producer of the n-th event got, which knows one partition only. */
    private static String receipt(Replica replica, int number) {
        LogEvent event = replica.log.records().get(number - 1);
        return new String(
                new CursorEncoder(Replica.TOPIC)
                        .single(COUNTS[(number - 1) / 2], event.partition(), event.offset() + 1),
                StandardCharsets.US_ASCII);
    }

    private static void shouldResumeExactly(Replica replica, String channel) {
        int events = replica.log.records().size();
        var ids = IntStream.rangeClosed(1, events).mapToObj(Integer::toString).toList();
        for (int had = 1; had < events; had++) {
            var back = replica.connect().resume(receipt(replica, had), channel);
            assertThat(back.refused).isEmpty();
            assertThat(back.socket.of("gap")).isEmpty();
            assertThat(back.socket.ids()).as("%s after %d", channel, had).isEqualTo(ids.subList(had, events));
        }
    }

    // ---- Heartbeats

    @Test
    void shouldMoveTheCursorOnUnderAFilterThatLetsNothingPass() {
        for (String channel : List.of("a", "**")) {
            var twin = new Replica(2);
            var client = twin.connect();
            client.filter = Replica.type("never");
            client.live(channel);
            twin.publish("a", "1", "2");
            twin.loop.pass(Replica.HEARTBEAT);
            String cursor = client.socket.last().cursor();
            assertThat(client.socket.last().kind()).isEqualTo("heartbeat");

            twin.publish("a", "3");
            var second = twin.connect().resume(cursor, channel);
            assertThat(second.socket.ids()).containsExactly("3");
            twin.loop.pass(Replica.HEARTBEAT);
            assertThat(client.socket.of("heartbeat")).hasSize(2);
        }
    }

    @Test
    void shouldBeatOnceAnIntervalForEachSubscriptionOfEverySession() {
        List<Replica.Client> clients = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            clients.add(
                    replica.connect().subscribe("one", new Start.Live(), "a").subscribe("two", new Start.Live(), "b"));
        }
        var idle = replica.connect();
        replica.loop.pass(Replica.HEARTBEAT);

        for (var client : clients) {
            assertThat(client.socket.of("heartbeat"))
                    .extracting(Frame::subscription)
                    .containsExactly("one", "two");
        }
        assertThat(idle.socket.of("heartbeat")).extracting(Frame::cursor).containsExactly("");
    }

    /** A stream that shows every cursor as a message of its own would wake its client for nothing. */
    @Test
    void shouldSayWhetherTheCursorHasMovedSinceTheClientHeardOfIt() {
        for (String channel : List.of("a", "**")) {
            var twin = new Replica(2);
            var client = twin.connect();
            client.filter = Replica.type("never");
            client.live(channel);
            twin.loop.pass(Replica.HEARTBEAT);
            twin.publish("a", "1");
            twin.loop.pass(Replica.HEARTBEAT.multipliedBy(2));
            client.session.unsubscribe("s");
            client.filter = EventFilter.EVERYTHING;
            client.live(channel);
            twin.publish("a", "2");
            twin.loop.pass(Replica.HEARTBEAT);

            assertThat(client.socket.of("heartbeat"))
                    .as(channel)
                    .extracting(Frame::text)
                    .containsExactly("still", "moved", "still", "still");
            assertThat(client.socket.of("heartbeat")).extracting(Frame::cursor).doesNotContain("");
        }
    }

    @Test
    void shouldBeatAsOftenAsTheSubscriptionThatWantsItMostOften() {
        var usual = replica.connect().live("a");
        var client = replica.connect();
        client.heartbeat = Duration.ofSeconds(4);
        client.subscribe("one", new Start.Live(), "a");
        client.heartbeat = Duration.ofSeconds(8);
        client.subscribe("two", new Start.Live(), "a");
        assertThat(client.session.heartbeatInterval()).isEqualTo(Duration.ofSeconds(4));
        replica.loop.pass(Replica.HEARTBEAT);
        assertThat(client.socket.of("heartbeat")).hasSizeBetween(2 * 4, 2 * 5);
        assertThat(usual.socket.of("heartbeat")).hasSize(1);

        client.session.unsubscribe("one");
        int before = client.socket.of("heartbeat").size();
        replica.loop.pass(Replica.HEARTBEAT);
        assertThat(client.socket.of("heartbeat")).hasSizeBetween(before + 2, before + 3);

        client.session.unsubscribe("two");
        assertThat(client.session.heartbeatInterval()).isEqualTo(Replica.HEARTBEAT);
        before = client.socket.of("heartbeat").size();
        replica.loop.pass(Replica.HEARTBEAT);
        assertThat(client.socket.of("heartbeat")).hasSize(before + 1);

        client.session.disconnected();
        replica.loop.pass(Replica.HEARTBEAT);
        assertThat(client.socket.of("heartbeat")).hasSize(before + 1);
    }

    @Test
    void shouldOpenWithTheHeartbeatThatTheSubscriptionWants() {
        var client = replica.connect();
        client.heartbeat = Duration.ofSeconds(30);
        client.live("a");
        client.session.open("s", new byte[0]);
        replica.loop.run();
        assertThat(client.socket.last().text()).isEqualTo("PT30S");
    }

    @Test
    void shouldRefuseAHeartbeatBeyondTheBounds() {
        for (int seconds : new int[] {1, 61}) {
            var client = replica.connect();
            client.heartbeat = Duration.ofSeconds(seconds);
            client.subscribe("s", new Start.Live(), "a");
            assertThat(client.refused).extracting(Problem::field).containsExactly("heartbeat");
        }
    }

    @Test
    void shouldNameTheOnlySubscriptionToWhomItMatters() {
        var client = replica.connect();
        client.format = LineFormat.BARE;
        client.subscribe("one", new Start.Live(), "a");
        replica.publish("a", "1");
        client.subscribe("two", new Start.Live(), "b");
        replica.publish("a", "2");
        client.session.unsubscribe("two");
        replica.publish("a", "3");

        assertThat(client.socket.of("event")).extracting(Frame::subscription).containsExactly("", "one", "");
    }

    @Test
    void shouldNotBeatIntoAFullSocket() {
        var client = replica.connect().live("a");
        client.socket.room = 0;
        replica.loop.pass(Replica.HEARTBEAT.multipliedBy(3));

        assertThat(client.socket.frames).isEmpty();
    }

    // ---- Stalled

    @Test
    void shouldCloseWhoReadsNothingOfWhatWaitsAndCutItOffWhenItDoesNotReadThatEither() {
        var client = replica.connect().live("a");
        replica.publish("a", "1");
        client.socket.room = 0;
        client.socket.waiting = true;
        client.socket.out = new CompletableFuture<>();
        replica.loop.pass(Replica.STALLED_AFTER);
        assertThat(client.socket.ended).isNull();
        replica.loop.pass(Replica.HEARTBEAT.multipliedBy(2));

        assertThat(client.socket.ended).isNotNull();
        assertThat(client.socket.ended.reason()).isEqualTo(Reason.STALLED);
        assertThat(client.socket.last().text()).startsWith("stalled");
        assertThat(client.socket.aborted).isTrue();
        assertThat(replica.count("sluice.disconnects", "reason", "stalled")).isEqualTo(1);
        assertThat(replica.gauge("sluice.connections.active")).isZero();
        replica.publish("a", "2");
        assertThat(replica.connect().resume(client.cursor(), "a").socket.ids()).containsExactly("2");
    }

    @Test
    void shouldNotCutOffWhoReadsItsEndInTime() {
        var client = replica.connect().live("a");
        client.socket.waiting = true;
        client.socket.out = new CompletableFuture<>();
        while (client.socket.ended == null) {
            replica.loop.pass(Duration.ofSeconds(1));
        }
        client.socket.out.complete(null);
        replica.loop.pass(Duration.ofMinutes(1));

        assertThat(client.socket.aborted).isFalse();
    }

    @Test
    void shouldKeepWhoReadsSlowlyAndForWhomNothingWaits() {
        var slow = replica.connect().live("a");
        slow.socket.room = 0;
        slow.socket.waiting = true;
        var idle = replica.connect().live("a");
        for (int minute = 0; minute < 30; minute++) {
            replica.loop.pass(Duration.ofMinutes(1));
            slow.socket.taken++;
        }

        assertThat(slow.socket.ended).isNull();
        assertThat(idle.socket.ended).isNull();
    }

    // ---- The end

    @Test
    void shouldHaveEndedOnlyWhenTheNetworkHasTheLastWordsOrWillNot() {
        var reading = replica.connect().live("a");
        reading.socket.out = new CompletableFuture<>();
        var deaf = replica.connect().live("a");
        deaf.socket.out = new CompletableFuture<>();
        var ended = replica.sessions.end(Reason.DRAINING, Duration.ofSeconds(1)).toCompletableFuture();
        replica.loop.pass(Duration.ofSeconds(2));
        reading.socket.out.complete(null);

        assertThat(reading.socket.ended).isNotNull();
        assertThat(deaf.socket.ended).isNotNull();
        assertThat(ended).isNotDone();
        replica.loop.pass(Duration.ofSeconds(3));
        assertThat(ended).isCompleted();
        assertThat(reading.socket.aborted).isFalse();
        assertThat(deaf.socket.aborted).isTrue();
    }

    @Test
    void shouldWarnThenCloseWhenTheTokenExpires() {
        var client =
                replica.connect(replica.loop.clock().instant().plusSeconds(90)).live("a");
        replica.loop.pass(Duration.ofSeconds(29));
        assertThat(client.socket.of("expiring")).isEmpty();
        replica.loop.pass(Duration.ofSeconds(1));
        assertThat(client.socket.of("expiring")).hasSize(1);
        replica.publish("a", "1");
        replica.loop.pass(Duration.ofMillis(59_999));
        assertThat(client.session.isClosed()).isFalse();
        replica.loop.pass(Duration.ofMillis(1));

        assertThat(client.socket.last().kind()).isEqualTo("close");
        assertThat(client.socket.last().text()).isEqualTo("token-expired 0");
        assertThat(client.session.isClosed()).isTrue();
        assertThat(client.socket.ended).isNotNull();
        replica.publish("a", "2");
        assertThat(client.socket.ids()).containsExactly("1");
        assertThat(replica.connect()
                        .resume(client.socket.last().cursor(), "a")
                        .socket
                        .ids())
                .containsExactly("2");
    }

    @Test
    void shouldDeliverNothingAfterTheTokenHasExpiredThoughTheLoopIsLate() {
        var client =
                replica.connect(replica.loop.clock().instant().plusSeconds(90)).live("a");
        var renewed =
                replica.connect(replica.loop.clock().instant().plusSeconds(90)).live("a");
        replica.loop.pass(Duration.ofSeconds(60));
        renewed.session.renew(Replica.TOKEN, replica.loop.clock().instant().plusSeconds(600));
        replica.publish("a", "1");
        replica.loop.beLate(Duration.ofSeconds(30));
        replica.publish("a", "2");
        assertThat(client.session.isClosed()).isFalse();
        assertThat(client.socket.ids()).containsExactly("1");
        assertThat(renewed.socket.ids()).containsExactly("1", "2");

        replica.loop.pass(Duration.ofMillis(1));
        assertThat(client.socket.last().text()).isEqualTo("token-expired 0");
        assertThat(replica.connect()
                        .resume(client.socket.last().cursor(), "a")
                        .socket
                        .ids())
                .containsExactly("2");
    }

    @Test
    void shouldGoOnWithARenewedToken() {
        var client =
                replica.connect(replica.loop.clock().instant().plusSeconds(90)).live("a");
        replica.loop.pass(Duration.ofSeconds(45));
        client.session.renew(Replica.TOKEN, replica.loop.clock().instant().plusSeconds(120));
        replica.loop.pass(Duration.ofSeconds(59));
        assertThat(client.session.isClosed()).isFalse();
        assertThat(client.socket.of("expiring")).hasSize(1);
        replica.loop.pass(Duration.ofSeconds(61));
        assertThat(client.session.isClosed()).isTrue();
        assertThat(client.socket.of("expiring")).hasSize(2);
    }

    @Test
    void shouldEndWhoseTokenWasTakenBackWithTheCursorAndNobodyElse() {
        var client = replica.connect().live("a");
        var another = replica.connect().live("a");
        another.session.renew(new TokenRef("issuer", "alice", "token-2", "sid-2", Instant.EPOCH), null);
        replica.publish("a", "1");

        replica.revoke(new Revocation(null, Revocation.Kind.TOKEN, "token-1", Instant.EPOCH));

        assertThat(client.session.isClosed()).isTrue();
        assertThat(client.socket.last().text()).isEqualTo("revoked 0");
        assertThat(another.session.isClosed()).isFalse();
        replica.publish("a", "2");
        assertThat(client.socket.ids()).containsExactly("1");
        assertThat(another.socket.ids()).containsExactly("1", "2");
        assertThat(replica.connect()
                        .resume(client.socket.last().cursor(), "a")
                        .socket
                        .ids())
                .containsExactly("2");
        replica.revoke(new Revocation(null, Revocation.Kind.SESSION, another.session.id(), Instant.EPOCH));
        assertThat(another.session.isClosed()).isTrue();
    }

    @Test
    void shouldCloseAtOnceWhoComesWithATokenThatHasExpired() {
        var client =
                replica.connect(replica.loop.clock().instant().minusSeconds(1)).live("a");
        replica.loop.pass(Duration.ofMillis(1));

        assertThat(client.socket.frames).extracting(Frame::kind).containsExactly("expiring", "close");
    }

    @Test
    void shouldEndAStreamWithItsTokenAlsoWhenTheWarningFails() {
        var session = replica.open(
                new FakeOutlet(),
                new SessionOptions(
                        new FailingFormat("expiring"),
                        Replica.TOKEN,
                        replica.loop.clock().instant().plusSeconds(90),
                        Replica.ALICE));
        try {
            replica.loop.pass(Duration.ofSeconds(90));
        } catch (IllegalStateException bug) {
            replica.loop.pass(Duration.ofSeconds(90));
        }

        assertThat(session.isClosed()).isTrue();
    }

    @Test
    void shouldTellEachSubscriptionWhereItStandsBeforeTheEnd() {
        var client = replica.connect().subscribe("one", new Start.Live(), "a").subscribe("two", new Start.Live(), "**");
        replica.publish("a", "1");
        client.socket.frames.clear();
        client.session.close(Reason.DRAINING, Duration.ofMillis(1_500));

        assertThat(client.socket.frames)
                .extracting(Frame::kind, Frame::subscription)
                .containsExactly(tuple("heartbeat", "one"), tuple("heartbeat", "two"), tuple("close", ""));
        assertThat(client.socket.last().text()).isEqualTo("draining 1500");
        assertThat(client.socket.frames)
                .noneMatch(frame ->
                        frame.kind().equals("heartbeat") && frame.cursor().isEmpty());
    }

    @Test
    void shouldLeaveNothingBehindWhenThePeerGoes() {
        var client = replica.connect(replica.loop.clock().instant().plusSeconds(90))
                .subscribe("one", new Start.Live(), "a")
                .subscribe("two", new Start.Live(), "*");
        assertThat(replica.gauge("sluice.connections.active")).isEqualTo(1);
        assertThat(replica.gauge("sluice.subscriptions.active")).isEqualTo(2);
        client.session.disconnected();
        client.session.disconnected();
        client.session.unsubscribe("one");
        replica.publish("a", "1");
        replica.loop.pass(Duration.ofSeconds(100));

        assertThat(client.socket.frames).isEmpty();
        assertThat(client.socket.ended).isNull();
        assertThat(replica.gauge("sluice.connections.active")).isZero();
        assertThat(replica.gauge("sluice.subscriptions.active")).isZero();
    }

    @Test
    void shouldSubscribeNobodyWhoHasLeft() {
        var client = replica.connect();
        client.session.disconnected();
        client.live("a");
        replica.publish("a", "1");

        assertThat(client.started).isEmpty();
        assertThat(replica.gauge("sluice.subscriptions.active")).isZero();
    }

    // ---- Bugs of ours

    /** Fails at one kind of frame. */
    private static final class FailingFormat extends LineFormat {
        private final String kind;

        FailingFormat(String kind) {
            super(0);
            this.kind = kind;
        }

        @Override
        public void event(ByteBuf out, byte[] label, byte[] body, byte[] cursor) {
            if (kind.equals("event") || kind.equals("all")) {
                out.writeBytes(ascii("half a fra"));
                throw new IllegalStateException("a bug in the format");
            }
            super.event(out, label, body, cursor);
        }

        @Override
        public void control(ByteBuf out, byte[] label, Control control, byte[] cursor) {
            if (kind.equals(control.kind()) || kind.equals("all")) {
                throw new IllegalStateException("a bug in the format");
            }
            super.control(out, label, control, cursor);
        }
    }

    @Test
    void shouldNotLetOneSessionsBugReachTheOthers() {
        for (String kind : List.of("event", "all")) {
            var twin = new Replica(1);
            var before = twin.connect().live("a");
            var options = new SessionOptions(new FailingFormat(kind), Replica.TOKEN, null, Replica.ALICE);
            var broken = new FakeOutlet();
            var session = twin.open(broken, options);
            var other = twin.connect();
            session.subscribe(
                    new SubscriptionRequest(
                            "s",
                            Replica.patterns("a"),
                            EventFilter.EVERYTHING,
                            new Start.Live(),
                            Overflow.CATCH_UP,
                            OnGap.CONTINUE,
                            new FailingFormat(kind)),
                    new SubscribeListener() {
                        @Override
                        public void started(byte[] cursor) {}

                        @Override
                        public void refused(Problem problem) {}
                    });
            other.live("a");
            twin.publish("a", "1", "2").publish("a", "3");

            assertThat(before.socket.ids()).containsExactly("1", "2", "3");
            assertThat(other.socket.ids()).containsExactly("1", "2", "3");
            assertThat(session.isClosed()).isTrue();
            assertThat(broken.ended).isNotNull();
            assertThat(broken.ended.reason()).isEqualTo(Reason.INTERNAL);
            assertThat(twin.gauge("sluice.connections.active")).isEqualTo(2);
            assertThat(twin.gauge("sluice.subscriptions.active")).isEqualTo(2);
        }
    }

    @Test
    void shouldCloseBeforeTheEventThatItCouldNotServe() {
        var client = replica.connect();
        client.format = new FailingFormat("event");
        client.live("a");
        replica.publish("a", "1", "2");

        assertThat(client.socket.last().text()).isEqualTo("internal 1000");
        var second = replica.connect().resume(client.socket.last().cursor(), "a");
        assertThat(second.socket.ids()).containsExactly("1", "2");
    }

    @Test
    void shouldCloseTheSessionWhoseReadingFails() {
        replica.publish("a", "1");
        var client = replica.connect();
        client.format = new FailingFormat("event");
        client.subscribe("s", new Start.Last(1), "a");

        assertThat(client.session.isClosed()).isTrue();
        assertThat(client.socket.last().text()).isEqualTo("internal 1000");
    }
}
