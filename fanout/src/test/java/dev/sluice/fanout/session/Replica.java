package dev.sluice.fanout.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.cursor.TopicBinding;
import dev.sluice.contract.filter.EventFilter;
import dev.sluice.contract.filter.Filters;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.revocation.Revocation;
import dev.sluice.contract.revocation.TokenRef;
import dev.sluice.fanout.cold.LogTimes;
import dev.sluice.fanout.log.LogWriter;
import dev.sluice.fanout.log.RecentLogLimits;
import dev.sluice.fanout.position.Durable;
import dev.sluice.fanout.position.HandPositions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One edge's engine without Kafka and without threads: the test is the tail, the loop and the clients. */
final class Replica {
    static final TopicBinding TOPIC = TopicBinding.of("events", "4mA9V0BvQ9y4OLP8fyVQSw");
    static final Duration STALLED_AFTER = Duration.ofSeconds(60);
    static final TokenRef TOKEN = new TokenRef("issuer", "alice", "token-1", "sid-1", Instant.EPOCH);
    static final Peer ALICE = new Peer("issuer", "alice", "127.0.0.1", "test");
    static final Duration HEARTBEAT = Duration.ofSeconds(16);

    final HandLoop loop = new HandLoop();
    final LogWriter log;
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Admission admission = new Admission(ConnectionLimits.NONE);
    final FakeColdLog cold;
    final HandPositions kafka;
    final Sessions sessions;
    /** Runs searches; by default in turn with the loop. */
    Executor searching = loop;

    CompletableFuture<long[]> times = new CompletableFuture<>();
    /** Who is asked where a time lies; by default it is {@link #times}. */
    LogTimes lookup = (time, count) -> times;

    Replica(int partitions) {
        this(LogWriter.ROOMY, new long[partitions]);
    }

    /** Of several that read the same positions. */
    Replica(HandPositions kafka, int partitions) {
        this(kafka, TOPIC, LogWriter.ROOMY, Optional.empty(), new long[partitions]);
    }

    Replica(RecentLogLimits limits, long... begin) {
        this(TOPIC, limits, begin);
    }

    final Heard heard = new Heard();

    Replica(TopicBinding topic, RecentLogLimits limits, long... begin) {
        this(topic, limits, Optional.empty(), begin);
    }

    Replica(TopicBinding topic, RecentLogLimits limits, Optional<Duration> maxAge, long... begin) {
        this(new HandPositions(), topic, limits, maxAge, begin);
    }

    private Replica(
            HandPositions kafka, TopicBinding topic, RecentLogLimits limits, Optional<Duration> maxAge, long... begin) {
        this.kafka = kafka;
        log = new LogWriter(limits, 1, begin);
        cold = new FakeColdLog(log);
        sessions = new Sessions(
                log.log(),
                cold,
                topic,
                (time, count) -> lookup.offsetsAt(time, count),
                task -> searching.execute(task),
                kafka.book(10),
                new SessionMetrics(registry),
                admission,
                heard,
                List.of(LineFormat.BODY),
                new Lifetime(Heartbeats.every(HEARTBEAT), maxAge, Optional.of(STALLED_AFTER), loop.clock()));
    }

    /** Events that were appended reach who is live. */
    Replica publish() {
        log.publish();
        sessions.advanced();
        loop.run();
        return this;
    }

    /** Publishes one event after the other to a channel. */
    Replica publish(String channel, String... ids) {
        Arrays.stream(ids).forEach(id -> log.append(channel, id));
        return publish();
    }

    Session open(Outlet outlet, SessionOptions options) {
        try {
            return sessions.open(loop, outlet, options).orElseThrow();
        } catch (Rejected full) {
            throw new AssertionError(full);
        }
    }

    Client connect() {
        return connect(Envelope.NONE);
    }

    Client connect(Envelope envelope) {
        return new Client(new FakeOutlet(envelope), null);
    }

    Client connect(@Nullable Instant tokenExpires) {
        return new Client(new FakeOutlet(), tokenExpires);
    }

    double count(String meter, String... tags) {
        return registry.get(meter).tags(tags).counter().count();
    }

    double gauge(String meter) {
        return registry.get(meter).gauge().value();
    }

    static Start after(String cursor) {
        try {
            return new Start.After(Cursor.parse("cursor", cursor));
        } catch (Rejected impossible) {
            throw new AssertionError(impossible);
        }
    }

    static EventFilter type(String type) {
        try {
            return Filters.sql("filter", "type = '" + type + "'");
        } catch (Rejected impossible) {
            throw new AssertionError(impossible);
        }
    }

    static List<ChannelPattern> patterns(String... texts) {
        return Arrays.stream(texts).map(ChannelPattern::new).toList();
    }

    void revoke(Revocation revocation) {
        sessions.revoke(revocation);
        loop.run();
    }

    /** One connection and what came over it. */
    final class Client {
        final FakeOutlet socket;
        final Session session;
        final List<String> started = new ArrayList<>();
        final List<Problem> refused = new ArrayList<>();
        FrameFormat format = LineFormat.NARROW;
        EventFilter filter = EventFilter.EVERYTHING;
        Overflow overflow = Overflow.CATCH_UP;
        OnGap onGap = OnGap.CONTINUE;

        @Nullable
        Durable durable;

        @Nullable
        Duration heartbeat;

        Client(FakeOutlet socket, @Nullable Instant tokenExpires) {
            this.socket = socket;
            session = open(socket, new SessionOptions(LineFormat.NARROW, TOKEN, tokenExpires, ALICE));
        }

        Client subscribe(String name, Start start, String... channels) {
            return subscribe(name, start, patterns(channels));
        }

        Client subscribe(String name, Start start, List<ChannelPattern> channels) {
            session.subscribe(
                    new SubscriptionRequest(name, channels, filter, start, overflow, onGap, format, durable, heartbeat),
                    new SubscribeListener() {
                        @Override
                        public void started(byte[] cursor) {
                            started.add(new String(cursor, StandardCharsets.US_ASCII));
                        }

                        @Override
                        public void refused(Problem problem) {
                            refused.add(problem);
                        }
                    });
            loop.run();
            return this;
        }

        Client live(String... channels) {
            return subscribe("s", new Start.Live(), channels);
        }

        Client resume(String cursor, String... channels) {
            return subscribe("s", after(cursor), channels);
        }

        Client acknowledge(String cursor) {
            try {
                session.acknowledge("s", Cursor.parse("cursor", cursor), problem -> assertThat(problem)
                        .isEmpty());
            } catch (Rejected refusal) {
                throw new AssertionError(refusal.problem().detail(), refusal);
            }
            loop.run();
            return this;
        }

        /** The socket has sent what it had. */
        Client drain(int room) {
            socket.room = room;
            session.drained();
            loop.run();
            return this;
        }

        /** Where it stands by what the server told it last. */
        String cursor() {
            assertThat(refused).isEmpty();
            return socket.frames.stream()
                    .map(Frame::cursor)
                    .filter(cursor -> !cursor.isEmpty())
                    .reduce(started.get(0), (before, next) -> next);
        }
    }
}
