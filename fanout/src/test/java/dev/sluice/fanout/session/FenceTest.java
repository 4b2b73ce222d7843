package dev.sluice.fanout.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.contract.filter.EventFilter;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.revocation.Revocation;
import dev.sluice.fanout.log.RecentLogLimits;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What goes wrong while one session is served ends that one with its cursor, and skips nothing for anybody else: errors included. */
class FenceTest {
    private final Replica replica = new Replica(1);

    /** Fails with an error at every event of one id. */
    private static final class NoMemoryFor extends LineFormat {
        private final String id;

        NoMemoryFor(String id) {
            super(0);
            this.id = id;
        }

        @Override
        public void event(ByteBuf out, byte[] label, byte[] body, byte[] cursor) {
            if (new String(body, StandardCharsets.US_ASCII).endsWith("|" + id)) {
                out.writeBytes(ascii("half a fra"));
                throw new OutOfMemoryError("no memory for this frame");
            }
            super.event(out, label, body, cursor);
        }
    }

    private List<Replica.Client> clients(int count) {
        var clients = new ArrayList<Replica.Client>();
        for (int i = 0; i < count; i++) {
            clients.add(replica.connect());
        }
        return clients;
    }

    @Test
    void shouldSkipNothingForOthersWhenMemoryRunsOutForOne() {
        var clients = clients(5);
        clients.get(2).format = new NoMemoryFor("2");
        clients.forEach(client -> client.live("a"));
        replica.log.append("a", "1").append("a", "2").append("a", "3");
        replica.publish().publish("a", "4");

        var poor = clients.remove(2);
        assertThat(clients).allSatisfy(client -> assertThat(client.socket.ids()).containsExactly("1", "2", "3", "4"));
        assertThat(poor.socket.ids()).containsExactly("1");
        assertThat(poor.socket.last().text()).isEqualTo("internal 1000");
        assertThat(poor.socket.ended).isNotNull();
        var again = replica.connect().resume(poor.socket.last().cursor(), "a");
        assertThat(again.socket.ids()).containsExactly("2", "3", "4");
    }

    @Test
    void shouldEndAtTheRightPlaceWhoReadsColdWhenMemoryRunsOut() {
        var small = new Replica(new RecentLogLimits(1L << 40, 2, Duration.ofDays(1)), 0);
        var cursor = small.connect().live("a").cursor();
        small.publish("a", "1", "2", "3", "4", "5", "6");
        var reader = small.connect();
        reader.format = new NoMemoryFor("3");
        reader.resume(cursor, "a");

        assertThat(reader.socket.ids()).containsExactly("1", "2");
        assertThat(reader.socket.last().text()).isEqualTo("internal 1000");
        assertThat(small.connect()
                        .resume(reader.socket.last().cursor(), "a")
                        .socket
                        .ids())
                .containsExactly("3", "4", "5", "6");
    }

    @Test
    void shouldCutAConnectionWhoseWriteFailedAndFlushTheOthers() {
        var clients = clients(3);
        clients.forEach(client -> client.live("a"));
        clients.get(1).socket.failure = new OutOfMemoryError("no memory for this write");
        replica.publish("a", "1").publish("a", "2");

        assertThat(clients.get(0).socket.ids()).containsExactly("1", "2");
        assertThat(clients.get(2).socket.ids()).containsExactly("1", "2");
        // Nothing may follow half a frame.
        assertThat(clients.get(1).socket.frames).isEmpty();
        assertThat(clients.get(1).socket.aborted).isTrue();
        assertThat(replica.admission.count()).isEqualTo(2);
    }

    @Test
    void shouldGoOnTickingAfterAHeartbeatThatFailed() {
        var clients = clients(20);
        clients.forEach(client -> client.live("a"));
        clients.get(7).socket.failure = new OutOfMemoryError("no memory for this heartbeat");
        replica.loop.pass(Replica.HEARTBEAT.multipliedBy(2));
        var gone = clients.remove(7);

        assertThat(gone.session.isClosed()).isTrue();
        assertThat(clients)
                .allSatisfy(client -> assertThat(client.socket.of("heartbeat")).hasSize(2));
    }

    @Test
    void shouldRevokeAllWhenEndingOneFails() {
        var clients = clients(4);
        clients.forEach(client -> client.live("a"));
        clients.get(0).socket.failure = new OutOfMemoryError("no memory for its last words");
        replica.revoke(new Revocation("issuer", Revocation.Kind.TOKEN, "token-1", Instant.EPOCH));

        assertThat(clients)
                .allSatisfy(client -> assertThat(client.session.isClosed()).isTrue());
        assertThat(replica.admission.count()).isZero();
    }

    @Test
    void shouldHandOutOnWhenWhoListensToDeliveriesFails() {
        var client = replica.connect().live("a");
        replica.heard.failure = new AssertionError("a bug in tracing");
        replica.publish("a", "1").publish("a", "2");

        assertThat(client.socket.ids()).containsExactly("1", "2");
    }

    /**
     * The case that was measured: 40 sessions whose sockets take nothing, 8 MB of direct memory, one event of 256 KiB. In a process of its
     * own, because the bound of direct memory is one of the process.
     */
    @Test
    void shouldTellEverybodyWhatTheyMissWhenDirectMemoryRunsOut() throws Exception {
        Process child = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:MaxDirectMemorySize=8m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        FortySessions.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(child.waitFor()).as(said).isZero();
        assertThat(said).contains("of 40 sessions");
    }

    static final class FortySessions {
        private static final int LARGE = 256 * 1024;

        private static final class Large extends LineFormat {
            Large() {
                super(0);
            }

            @Override
            public void event(ByteBuf out, byte[] label, byte[] body, byte[] cursor) {
                if (new String(body, StandardCharsets.US_ASCII).endsWith("|2")) {
                    out.ensureWritable(LARGE);
                }
                super.event(out, label, body, cursor);
            }
        }

        /** Keeps what it is given, as a socket does whose peer does not read. */
        private static final class Holding implements Outlet {
            final FakeOutlet seen = new FakeOutlet();
            private final List<ByteBuf> held = new ArrayList<>();

            @Override
            public boolean isWritable() {
                return true;
            }

            @Override
            public void write(ByteBuf frames, long sum) {
                held.add(frames.retain());
                seen.write(frames, sum);
            }

            @Override
            public void flush() {}

            @Override
            public boolean isWaiting() {
                return true;
            }

            @Override
            public long taken() {
                return 0;
            }

            @Override
            public CompletionStage<Void> end(Control.Close close) {
                held.forEach(ByteBuf::release);
                held.clear();
                return seen.end(close);
            }

            @Override
            public void abort() {
                seen.abort();
            }
        }

        private FortySessions() {}

        public static void main(String[] arguments) throws Exception {
            var replica = new Replica(1);
            var sockets = new ArrayList<Holding>();
            for (int i = 0; i < 40; i++) {
                var socket = new Holding();
                var format = new Large();
                var session = replica.open(socket, new SessionOptions(format, Replica.TOKEN, null, Replica.ALICE));
                session.subscribe(
                        new SubscriptionRequest(
                                "s",
                                Replica.patterns("a"),
                                EventFilter.EVERYTHING,
                                new Start.Live(),
                                Overflow.CATCH_UP,
                                OnGap.CONTINUE,
                                format),
                        new SubscribeListener() {
                            @Override
                            public void started(byte[] cursor) {}

                            @Override
                            public void refused(Problem problem) {}
                        });
                sockets.add(socket);
            }
            replica.publish("a", "1").publish("a", "2").publish("a", "3");
            int ended = 0;
            for (Holding socket : sockets) {
                List<String> ids = socket.seen.ids();
                boolean over = socket.seen.ended != null || socket.seen.aborted;
                ended += over ? 1 : 0;
                if (!over && !ids.equals(List.of("1", "2", "3"))) {
                    throw new AssertionError("open, and got only " + ids);
                }
                if (over && !List.of("1", "2", "3").subList(0, ids.size()).equals(ids)) {
                    throw new AssertionError("over, and got " + ids);
                }
            }
            if (ended == 0) {
                throw new AssertionError("memory did not run out: this shows nothing");
            }
            System.out.println(ended + " of 40 sessions were ended");
        }
    }

    /** Once not woken because there was no memory for a task, a loop must not sleep for ever. */
    @Test
    void shouldWakeALoopThatCouldNotBeWokenBefore() {
        var replica = new Replica(1);
        var client = replica.connect().live("a");
        replica.log.append("a", "1");
        replica.log.publish();
        replica.loop.refusal = new OutOfMemoryError("not even for a task");
        assertThatThrownBy(replica.sessions::advanced).isInstanceOf(OutOfMemoryError.class);

        replica.publish("a", "2");
        assertThat(client.socket.ids()).containsExactly("1", "2");
    }
}
