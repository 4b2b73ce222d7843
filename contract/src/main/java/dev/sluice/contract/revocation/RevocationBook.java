package dev.sluice.contract.revocation;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All revocations that may still matter. Asked on any thread, and answers at once; told on one at a time. */
public final class RevocationBook {
    private final Duration retention;
    private final Map<Key, Revocation> known = new ConcurrentHashMap<>();
    private Instant swept = Instant.EPOCH;

    /** Of several that name the same, the last one counts. */
    private record Key(
            @Nullable String issuer,
            Revocation.Kind kind,
            @Nullable String value) {}

    /** @param retention no token lives longer, so that a revocation need not be known for longer */
    public RevocationBook(Duration retention) {
        this.retention = retention;
    }

    /** @return whether it is news */
    public boolean apply(Revocation revocation, Instant now) {
        sweep(now);
        if (isOver(revocation, now)) {
            return false;
        }
        var key = new Key(revocation.issuer(), revocation.kind(), revocation.value());
        Revocation before = known.get(key);
        if (before != null && !before.before().isBefore(revocation.before())) {
            return false;
        }
        known.put(key, revocation);
        return true;
    }

    /** It grows only by what is applied, so that is when to look at what can go. */
    private void sweep(Instant now) {
        if (swept.plus(retention.dividedBy(10)).isBefore(now)) {
            swept = now;
            known.values().removeIf(revocation -> isOver(revocation, now));
        }
    }

    private boolean isOver(Revocation revocation, Instant now) {
        return revocation.before().plus(retention).isBefore(now);
    }

    /** Whether it was taken back. */
    public boolean covers(TokenRef token) {
        return !known.isEmpty()
                && (covers(token, Revocation.Kind.USER, token.subject())
                        || covers(token, Revocation.Kind.SESSION, token.session())
                        || covers(token, Revocation.Kind.TOKEN, token.id()));
    }

    private boolean covers(TokenRef token, Revocation.Kind kind, @Nullable String value) {
        return value != null
                && Stream.of(new Key(null, kind, value), new Key(token.issuer(), kind, value))
                        .map(known::get)
                        .anyMatch(revocation -> revocation != null && revocation.covers(token));
    }

    /** How many there are. */
    public int size() {
        return known.size();
    }
}
