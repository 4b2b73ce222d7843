package dev.sluice.fanout.session;

import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.revocation.Revocation;
import dev.sluice.contract.revocation.TokenRef;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** How long a session lives: as its token lets it, and no longer than the operator does. Belongs to its session's loop. */
final class Vitals {
    private static final Duration EXPIRING_BEFORE = Duration.ofSeconds(60);

    private final Session session;
    private final Wheel wheel;
    private final Lifetime lifetime;
    private final Instant opening;
    private final long openedNanos = System.nanoTime();

    private TokenRef token;
    private @Nullable Instant tokenExpires;
    /** As that, from its warning on; asked before each event then. */
    private @Nullable Instant ending;

    private @Nullable Future<?> expiry;
    private final @Nullable Future<?> aging;

    Vitals(Session session, SessionOptions options, Wheel wheel, Lifetime lifetime) {
        this.session = session;
        this.wheel = wheel;
        this.lifetime = lifetime;
        this.opening = Instant.now(lifetime.clock());
        this.token = options.token();
        this.aging = lifetime.maxAge()
                .<Future<?>>map(
                        age -> wheel.after(jittered(age), () -> session.close(Reason.MAX_AGE, Wheel.comeBack())))
                .orElse(null);
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
                : wheel.at(expires.minus(EXPIRING_BEFORE), () -> {
                    ending = expires;
                    expiry = wheel.at(expires, () -> session.close(Reason.TOKEN_EXPIRED, Duration.ZERO));
                    session.expiring(expires);
                });
    }

    /** The timer comes when the loop has time for it; until then whatever comes is for who comes back. */
    boolean isExpired() {
        Instant end = ending;
        return end != null && !Instant.now(lifetime.clock()).isBefore(end);
    }

    /** A tenth more or less, so that those who came together do not leave together. */
    private static Duration jittered(Duration age) {
        return Duration.ofMillis(
                (long) (age.toMillis() * ThreadLocalRandom.current().nextDouble(0.9, 1.1)));
    }

    /** Whether it names the session or its token. */
    boolean isRevoked(Revocation revocation) {
        return revocation.covers(token)
                || (revocation.kind() == Revocation.Kind.SESSION
                        && revocation.value().equals(session.id()));
    }

    void close() {
        cancel(expiry);
        cancel(aging);
    }

    private static void cancel(@Nullable Future<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
