package dev.sluice.fanout.session;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import java.time.Duration;

/**
 * How often sessions say that they are alive.
 *
 * @param interval of those whose clients leave it to the server; at least 100 ms
 * @param least the shortest that a client may ask for
 * @param most the longest
 */
public record Heartbeats(Duration interval, Duration least, Duration most) {
    /** Below, heartbeats would cost more than events; above, proxies take the connection for dead. */
    private static final Duration SHORTEST = Duration.ofSeconds(2);

    private static final Duration LONGEST = Duration.ofSeconds(60);

    public Heartbeats {
        if (interval.toMillis() < 100) {
            throw new IllegalArgumentException("sluice.heartbeat.interval is at least 100 ms");
        }
        if (least.compareTo(SHORTEST) < 0 || most.compareTo(LONGEST) > 0 || least.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "sluice.heartbeat.min and sluice.heartbeat.max are from 2s to 60s, and the first is not the greater one");
        }
    }

    /** Of one interval, and whatever clients ask for. */
    public static Heartbeats every(Duration interval) {
        return new Heartbeats(interval, SHORTEST, LONGEST);
    }

    /** @throws Rejected when the operator does not let clients ask for this */
    void require(Duration asked) throws Rejected {
        if (asked.compareTo(least) < 0 || asked.compareTo(most) > 0) {
            throw Problem.malformed(
                            "heartbeat",
                            "heartbeats come every " + least.toSeconds() + " to " + most.toSeconds()
                                    + " seconds here, as you like")
                    .rejected();
        }
    }
}
