package dev.sluice.fanout.session;

import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.revocation.Revocation;
import dev.sluice.contract.revocation.TokenRef;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How long a session lives, and how often it says that it does. Belongs to its session's loop. */
final class Vitals {
    private static final Duration EXPIRING_BEFORE = Duration.ofSeconds(60);

    private final Session session;
    private final Loop loop;
    private final Instant opening;
    private final long openedNanos = System.nanoTime();

    private TokenRef token;
    private @Nullable Instant tokenExpires;
    /** As that, from its warning on; asked before each event then. */
    private @Nullable Instant ending;

    private @Nullable Future<?> expiry;
    private @Nullable Future<?> aging;
    private Duration heartbeat;
    /** Its own, where it has another pace than most. */
    private @Nullable Future<?> pace;

    Vitals(Session session, SessionOptions options, Loop loop) {
        this.session = session;
        this.loop = loop;
        this.opening = Instant.now(loop.parts().clock());
        this.heartbeat = loop.parts().heartbeats().interval();
        this.token = options.token();
        expireAt(options.tokenExpires());
    }

    Instant opening() {
        return opening;
    }

    long ageNanos() {
        return System.nanoTime() - openedNanos;
    }

    @Nullable
    Instant tokenExpires() {
        return tokenExpires;
    }

    Duration heartbeat() {
        return heartbeat;
    }

    /** There is another token of the same user. */
    void renew(TokenRef fresh, @Nullable Instant expires) {
        token = fresh;
        expireAt(expires);
    }

    private void expireAt(@Nullable Instant expires) {
        cancel(expiry);
        tokenExpires = expires;
        ending = null;
        expiry = expires == null
                ? null
                : loop.wheel().at(expires.minus(EXPIRING_BEFORE), () -> {
                    ending = expires;
                    expiry = loop.wheel().at(expires, () -> session.close(Reason.TOKEN_EXPIRED, Duration.ZERO));
                    session.expiring(expires);
                });
    }

    /** The timer comes when the loop has time for it; until then whatever comes is for who comes back. */
    boolean isExpired() {
        Instant end = ending;
        return end != null && !Instant.now(loop.parts().clock()).isBefore(end);
    }

    /** It is as old as it may get then. */
    void endAfter(Duration age) {
        aging = loop.wheel().after(age, () -> session.close(Reason.MAX_AGE, Wheel.comeBack()));
    }

    /** Whether it names the session or its token. */
    boolean isRevoked(Revocation revocation) {
        return revocation.covers(token)
                || (revocation.kind() == Revocation.Kind.SESSION
                        && revocation.value().equals(session.id()));
    }

    /**
     * As often as the subscription that wants it most often.
     *
     * @param wanted by each; null where it leaves that to the server
     * @return whether that is another pace than before
     */
    boolean keepPace(Stream<@Nullable Duration> wanted) {
        Duration usual = loop.parts().heartbeats().interval();
        Duration least = wanted.map(pace -> Objects.requireNonNullElse(pace, usual))
                .min(Duration::compareTo)
                .orElse(usual);
        if (least.equals(heartbeat)) {
            return false;
        }
        heartbeat = least;
        cancel(pace);
        // Where most sessions have the same pace, one timer does for many.
        pace = least.equals(usual) ? null : loop.wheel().every(least, session::beat);
        return true;
    }

    /** Whether its heartbeats are those of most. */
    boolean hasUsualPace() {
        return pace == null;
    }

    void close() {
        cancel(expiry);
        cancel(aging);
        cancel(pace);
    }

    private static void cancel(@Nullable Future<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
