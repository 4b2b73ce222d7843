package dev.sluice.fanout.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.contract.filter.EventFilter;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import io.netty.buffer.ByteBuf;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Readers whose bytes are the same are served together, and nobody can tell but by the cost. */
class CohortTest {
    private static final long HALF_A_BYTE_EACH = 100_000;
    private static final int MOST_ROUNDS = 150;

    private final Replica replica = new Replica(1);

    private static final class Counting extends LineFormat {
        int events;

        Counting() {
            super(0);
        }

        @Override
        public void event(ByteBuf out, byte[] label, byte[] body, byte[] cursor) {
            events++;
            super.event(out, label, body, cursor);
        }
    }

    private List<Replica.Client> clients(int count, FrameFormat format) {
        var clients = new ArrayList<Replica.Client>();
        for (int i = 0; i < count; i++) {
            Replica.Client client = replica.connect();
            client.format = format;
            clients.add(client);
        }
        return clients;
    }

    @Test
    void shouldFrameAnEventOnceForAllWhoseBytesAreTheSame() {
        var format = new Counting();
        var clients = clients(100, format);
        clients.forEach(client -> client.live("a"));
        replica.publish("a", "1", "2", "3");

        assertThat(format.events).isEqualTo(3);
        assertThat(clients).allSatisfy(client -> {
            assertThat(client.socket.ids()).containsExactly("1", "2", "3");
            assertThat(client.socket.writes).isEqualTo(1);
        });
        assertThat(replica.count("sluice.events.delivered")).isEqualTo(300);
    }

    @Test
    void shouldFrameAnewForAnotherNameFilterOrPattern() {
        var format = new Counting();
        var clients = clients(4, format);
        clients.get(0).live("a");
        clients.get(1).subscribe("another", new Start.Live(), "a");
        clients.get(2).filter = Replica.type("t");
        clients.get(2).live("a");
        clients.get(3).live("*");
        replica.publish("a", "1");

        // The filter lets nothing pass.
        assertThat(format.events).isEqualTo(3);
        assertThat(clients.get(1).socket.last().subscription()).isEqualTo("another");
        assertThat(clients.get(2).socket.ids()).isEmpty();
        assertThat(clients.get(3).socket.ids()).containsExactly("1");
    }

    @Test
    void shouldServeAnEventOnceWhereSeveralPatternsMatch() {
        var clients = clients(3, LineFormat.NARROW);
        clients.forEach(client -> client.live("a.b", "a.*", "**"));
        replica.publish("a.b", "1", "2");

        assertThat(clients).allSatisfy(client -> assertThat(client.socket.ids()).containsExactly("1", "2"));
    }

    @Test
    void shouldFallBehindAtTheFirstEventThatASocketDoesNotTake() {
        var clients = clients(3, LineFormat.NARROW);
        clients.forEach(client -> client.live("a"));
        var slow = clients.get(1);
        slow.socket.room = 1;
        replica.publish("a", "1", "2").publish("a", "3", "4").publish("a", "5");
        assertThat(slow.socket.ids()).containsExactly("1", "2");
        assertThat(replica.count("sluice.subscriptions.fell.behind")).isEqualTo(1);

        slow.session.close(Reason.MAX_AGE, Duration.ZERO);
        var again = replica.connect().resume(slow.socket.last().cursor(), "a");
        assertThat(again.socket.ids()).containsExactly("3", "4", "5");
        assertThat(clients.get(2).socket.ids()).containsExactly("1", "2", "3", "4", "5");
    }

    @Test
    void shouldNameAStreamFromWhenThereAreSeveralOnAConnection() {
        var clients = clients(2, LineFormat.BARE);
        clients.forEach(client -> client.subscribe("s", new Start.Live(), "a"));
        replica.publish("a", "1");
        clients.get(0).subscribe("t", new Start.Live(), "b");
        replica.publish("a", "2");
        clients.get(0).session.unsubscribe("t");
        replica.publish("a", "3");

        assertThat(clients.get(0).socket.events().stream().map(Frame::subscription))
                .containsExactly("", "s", "");
        assertThat(clients.get(1).socket.events().stream().map(Frame::subscription))
                .containsOnly("");
    }

    @Test
    void shouldLetEachReadByItselfWhatCanNotBeFramedForAll() {
        var format = new LineFormat(0) {
            int failures = 1;

            @Override
            public void event(ByteBuf out, byte[] label, byte[] body, byte[] cursor) {
                if (new String(body, StandardCharsets.US_ASCII).endsWith("|2") && failures-- > 0) {
                    throw new OutOfMemoryError("no memory just now");
                }
                super.event(out, label, body, cursor);
            }
        };
        var clients = clients(5, format);
        clients.forEach(client -> client.live("a"));
        replica.publish("a", "1", "2", "3").publish("a", "4");

        assertThat(clients).allSatisfy(client -> assertThat(client.socket.ids()).containsExactly("1", "2", "3", "4"));
    }

    @Test
    void shouldCloseTheOthersAtTheRightPlaceWhenOneOfThemFails() {
        var clients = clients(4, LineFormat.NARROW);
        clients.forEach(client -> client.live("a"));
        clients.get(3).socket.failure = new OutOfMemoryError("no memory for this write");
        replica.publish("a", "1");
        clients.remove(3);
        clients.forEach(client -> client.session.close(Reason.DRAINING, Duration.ZERO));

        assertThat(clients).allSatisfy(client -> assertThat(replica.connect()
                        .resume(client.socket.last().cursor(), "a")
                        .socket
                        .ids())
                .isEmpty());
    }

    /** Counts, and forgets. */
    private static final class Sink implements Outlet {
        long bytes;

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void write(ByteBuf frames, long sum) {
            bytes += frames.readableBytes();
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
            return bytes;
        }

        @Override
        public CompletionStage<Void> end(Control.Close close) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void abort() {}
    }

    /**
     * Bytes of the heap, not time: what 200 events cost for a thousand readers more than for one. It takes some rounds until the compiler
     * leaves out what need not be made and Netty's pools are filled; what a delivery really allocates stays in each of them.
     */
    @Test
    void shouldAllocateNothingForADelivery() {
        long few = allocated(1, 0);

        assertThat(allocated(1_001, few + HALF_A_BYTE_EACH) - few)
                .as("bytes of 200,000 deliveries")
                .isLessThanOrEqualTo(HALF_A_BYTE_EACH);
    }

    /** @return the least of so many rounds as it takes to come down to a bound, or of all */
    private static long allocated(int readers, long bound) {
        var replica = new Replica(1);
        for (int i = 0; i < readers; i++) {
            replica.open(new Sink(), new SessionOptions(LineFormat.NARROW, Replica.TOKEN, null, Replica.ALICE))
                    .subscribe(
                            new SubscriptionRequest(
                                    "s",
                                    Replica.patterns("a"),
                                    EventFilter.EVERYTHING,
                                    new Start.Live(),
                                    Overflow.CATCH_UP,
                                    OnGap.CONTINUE,
                                    LineFormat.NARROW),
                            new SubscribeListener() {
                                @Override
                                public void started(byte[] cursor) {}

                                @Override
                                public void refused(Problem problem) {}
                            });
        }
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < MOST_ROUNDS && least > bound; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 200; i++) {
                replica.publish("a", "measured");
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    // ---- Whatever happens

    enum Action {
        PUBLISH_A,
        PUBLISH_B,
        STALL,
        TRICKLE,
        DRAIN,
        LEAVE_AND_RESUME,
        SUBSCRIBE_MORE
    }

    record Step(Action action, int client, int count) {}

    @Provide
    static Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.of(Action.values()),
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.integers().between(1, 4))
                .as(Step::new)
                .list()
                .ofMinSize(5)
                .ofMaxSize(40);
    }

    /** A client's life over several connections: what it got, in order. */
    private static final class Life {
        final String channels;
        final LineFormat format;
        final List<String> before = new ArrayList<>();
        Replica.Client client;

        Life(Replica.Client client, String channels, LineFormat format) {
            this.client = client;
            this.channels = channels;
            this.format = format;
        }

        String cursor() {
            return client.socket.frames.stream()
                    .filter(frame ->
                            frame.subscription().equals("s") || frame.kind().equals("close"))
                    .map(Frame::cursor)
                    .filter(cursor -> !cursor.isEmpty())
                    .reduce(client.started.get(0), (before, next) -> next);
        }

        List<String> all() {
            var all = new ArrayList<>(before);
            client.socket.events().stream()
                    .filter(frame -> frame.subscription().equals("s"))
                    .forEach(frame -> all.add(frame.text()));
            return all;
        }
    }

    @Property
    void shouldDeliverExactlyOnceInOrderWhateverHappens(@ForAll("steps") List<Step> steps) {
        var here = new Replica(2);
        Map<String, List<String>> published = new HashMap<>();
        var lives = new ArrayList<Life>();
        for (int i = 0; i < 6; i++) {
            Replica.Client client = here.connect();
            var life =
                    new Life(client, List.of("a", "b", "*").get(i % 3), i == 5 ? LineFormat.WIDE : LineFormat.NARROW);
            client.format = life.format;
            client.subscribe("s", new Start.Live(), life.channels);
            lives.add(life);
        }
        int events = 0;
        for (Step step : steps) {
            Life life = lives.get(step.client());
            switch (step.action()) {
                case PUBLISH_A, PUBLISH_B -> {
                    String channel = step.action() == Action.PUBLISH_A ? "a" : "b";
                    for (int i = 0; i < step.count(); i++) {
                        String id = "" + events++;
                        here.log.append(channel, id);
                        published
                                .computeIfAbsent(channel, name -> new ArrayList<>())
                                .add(id);
                        published
                                .computeIfAbsent("*", name -> new ArrayList<>())
                                .add(id);
                    }
                    here.publish();
                }
                case STALL -> life.client.socket.room = 0;
                case TRICKLE -> life.client.drain(step.count());
                case DRAIN -> life.client.drain(Integer.MAX_VALUE);
                case LEAVE_AND_RESUME -> {
                    life.client.session.close(Reason.MAX_AGE, Duration.ZERO);
                    String cursor = life.cursor();
                    List<String> got = life.all();
                    life.before.clear();
                    life.before.addAll(got);
                    Replica.Client again = here.connect();
                    again.format = life.format;
                    again.resume(cursor, life.channels);
                    life.client = again;
                }
                case SUBSCRIBE_MORE -> {
                    if (life.client.session.size() == 1) {
                        life.client.subscribe("t", new Start.Live(), "a", "b");
                    } else {
                        life.client.session.unsubscribe("t");
                    }
                }
            }
        }
        lives.forEach(life -> life.client.drain(Integer.MAX_VALUE));

        assertThat(lives)
                .allSatisfy(life -> assertThat(life.all()).isEqualTo(published.getOrDefault(life.channels, List.of())));
    }
}
