package dev.sluice.identity.browser;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Tells the operator which pages are refused, for a browser tells their authors next to nothing: each origin once, as long as few others
 * came after it, and at most one every ten seconds. Safe on any thread.
 */
final class Strangers {
    private static final Logger LOG = Logger.getLogger(Strangers.class);
    private static final long BETWEEN_LINES = Duration.ofSeconds(10).toNanos();
    private static final int REMEMBERED = 100;
    /** Who asks may write there what he likes. */
    private static final int LONGEST = 200;

    private final Set<String> told = new LinkedHashSet<>();
    private final LongSupplier nanos;
    private long toldAt;

    Strangers() {
        this(System::nanoTime);
    }

    /** @param nanos what time it is, from anywhere on */
    Strangers(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** @return the origin as it was told in the log, if it was */
    synchronized Optional<String> met(String origin) {
        String shown = origin.substring(0, Math.min(LONGEST, origin.length())).replaceAll("[^!-~]", "?");
        long now = nanos.getAsLong();
        if (told.contains(shown) || (!told.isEmpty() && now - toldAt < BETWEEN_LINES)) {
            return Optional.empty();
        }
        if (told.size() == REMEMBERED) {
            told.remove(told.iterator().next());
        }
        told.add(shown);
        toldAt = now;
        LOG.infof(
                "A page of an origin that is not on the list wanted to connect, and may not: origin=%s; to allow it, add it to sluice.browser.origins (./sluice up --origin)",
                shown);
        return Optional.of(shown);
    }
}
