package dev.sluice.fanout.session;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * What time does to sessions.
 *
 * @param maxAge how old a session gets, a tenth more or less; empty: as old as its token lets it
 * @param stalledAfter how long a client may read nothing of what waits for it, in whole heartbeats; empty: for ever
 * @param clock by which tokens end
 */
public record Lifetime(
        Heartbeats heartbeats, Optional<Duration> maxAge, Optional<Duration> stalledAfter, Clock clock) {}
