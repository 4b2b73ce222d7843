package dev.sluice.edge.engine;

import dev.sluice.contract.cursor.TopicBinding;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.revocation.TokenRef;
import dev.sluice.fanout.log.RecentLog;
import dev.sluice.fanout.log.RecentLogLimits;
import dev.sluice.fanout.position.PositionBook;
import dev.sluice.fanout.session.Admission;
import dev.sluice.fanout.session.ConnectionLimits;
import dev.sluice.fanout.session.DeliveryListener;
import dev.sluice.fanout.session.FrameFormat;
import dev.sluice.fanout.session.Heartbeats;
import dev.sluice.fanout.session.Lifetime;
import dev.sluice.fanout.session.Outlet;
import dev.sluice.fanout.session.Peer;
import dev.sluice.fanout.session.Session;
import dev.sluice.fanout.session.SessionMetrics;
import dev.sluice.fanout.session.SessionOptions;
import dev.sluice.fanout.session.Sessions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.util.concurrent.EventExecutor;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Sessions over a log in which nothing happens. */
public final class SilentLog {
    private final Sessions sessions;
    private final FrameFormat format;

    /** @param loop on which all sessions live */
    public SilentLog(EventExecutor loop, FrameFormat format) {
        this.format = format;
        this.sessions = new Sessions(
                new RecentLog(new RecentLogLimits(1 << 20, 16, Duration.ofDays(1)), new long[2], 1),
                SilentColdLog.INSTANCE,
                TopicBinding.of("events", "id"),
                (time, partitions) -> new CompletableFuture<>(),
                loop,
                new PositionBook(10),
                new SessionMetrics(new SimpleMeterRegistry()),
                new Admission(ConnectionLimits.NONE),
                DeliveryListener.NONE,
                List.of(format.body()),
                new Lifetime(
                        Heartbeats.every(Duration.ofDays(1)), Optional.empty(), Optional.empty(), Clock.systemUTC()));
    }

    /** Of alice, for ever. On the loop. */
    public Session open(EventExecutor loop, Outlet outlet) {
        try {
            return sessions.open(
                            loop,
                            outlet,
                            new SessionOptions(
                                    format,
                                    new TokenRef("issuer", "alice", null, null, null),
                                    null,
                                    new Peer("issuer", "alice", "127.0.0.1", "test")))
                    .orElseThrow();
        } catch (Rejected full) {
            throw new AssertionError(full);
        }
    }
}
