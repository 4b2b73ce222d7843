package dev.sluice.fanout.session;

import dev.sluice.contract.cursor.CursorEncoder;
import dev.sluice.contract.cursor.TopicBinding;
import dev.sluice.fanout.log.RecentLog;
import io.netty.util.concurrent.EventExecutor;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** All sessions of a replica, by event loop. Safe on any thread. */
public final class Sessions {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final EngineParts parts;
    private final ConcurrentMap<EventExecutor, LoopDispatcher> loops = new ConcurrentHashMap<>();

    /** @param bodies all formats that sessions will ask for */
    public Sessions(
            RecentLog log,
            TopicBinding topic,
            LogTimes times,
            SessionMetrics metrics,
            List<BodyFormat> bodies,
            Duration heartbeatInterval,
            Clock clock) {
        parts = new EngineParts(
                log,
                new StartResolver(log, topic),
                new CursorEncoder(topic),
                times,
                metrics,
                List.copyOf(bodies),
                heartbeatInterval,
                clock);
    }

    /** Opens a session. Must be called on its loop. */
    public Session open(EventExecutor loop, Outlet outlet, SessionOptions options) {
        if (!loop.inEventLoop()) {
            throw new IllegalStateException("a session is opened on its own event loop");
        }
        LoopDispatcher dispatcher = loops.computeIfAbsent(loop, this::newDispatcher);
        var session = new Session(newId(), outlet, options, dispatcher);
        dispatcher.join(session);
        return session;
    }

    private LoopDispatcher newDispatcher(EventExecutor loop) {
        var dispatcher = new LoopDispatcher(loop, parts);
        // The head may have moved on since the dispatcher took its place, before the tail could know of it.
        dispatcher.wake();
        return dispatcher;
    }

    /** There is a new head. */
    public void advanced() {
        loops.values().forEach(LoopDispatcher::wake);
    }

    private static String newId() {
        byte[] random = new byte[12];
        RANDOM.nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }
}
