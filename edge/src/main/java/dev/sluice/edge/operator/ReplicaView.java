package dev.sluice.edge.operator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.fanout.session.SessionView;
import java.time.Duration;
import java.time.Instant;

/**
 * What a replica did at a moment. Immutable.
 *
 * @param replica of this run of the process; another one after a restart
 * @param events delivered since the start
 * @param bytes of frames, since the start
 * @param refusals since the start
 */
record ReplicaView(
        Instant at,
        String service,
        String replica,
        boolean ready,
        boolean draining,
        long sessions,
        Subscriptions subscriptions,
        double events,
        double bytes,
        double refusals,
        Rates rates) {

    /**
     * @param live that get events as they come
     * @param behind that read on from where they stand
     * @param lagLargest the longest way that one of them has to go, in records of the log
     */
    record Subscriptions(long live, long behind, long lagLargest, long lagTotal) {
        static final Subscriptions NONE = new Subscriptions(0, 0, 0, 0);

        Subscriptions plus(SessionView session) {
            long moreLive = 0;
            long moreBehind = 0;
            long largest = lagLargest;
            long total = lagTotal;
            for (SessionView.SubscriptionView one : session.subscriptions()) {
                if (one.live()) {
                    moreLive++;
                } else {
                    moreBehind++;
                }
                largest = Math.max(largest, one.lag());
                total += one.lag();
            }
            return new Subscriptions(live + moreLive, behind + moreBehind, largest, total);
        }
    }

    /** A second, since the view before. */
    record Rates(double events, double bytes, double refusals) {
        static final Rates NONE = new Rates(0, 0, 0);
    }

    /** The later one, with what happened in between. */
    static ReplicaView since(ReplicaView before, ReplicaView now) {
        double seconds = Duration.between(before.at, now.at).toMillis() / 1_000.0;
        Rates between = seconds <= 0
                ? Rates.NONE
                : new Rates(
                        (now.events - before.events) / seconds,
                        (now.bytes - before.bytes) / seconds,
                        (now.refusals - before.refusals) / seconds);
        return new ReplicaView(
                now.at,
                now.service,
                now.replica,
                now.ready,
                now.draining,
                now.sessions,
                now.subscriptions,
                now.events,
                now.bytes,
                now.refusals,
                between);
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("at", at.toString())
                .put("service", service)
                .put("replica", replica)
                .put("ready", ready)
                .put("draining", draining)
                .put("sessions", sessions);
        json.putObject("subscriptions").put("live", subscriptions.live).put("behind", subscriptions.behind);
        json.putObject("lag").put("largest", subscriptions.lagLargest).put("total", subscriptions.lagTotal);
        json.putObject("rates")
                .put("events", rates.events)
                .put("bytes", rates.bytes)
                .put("refusals", rates.refusals);
        return json;
    }
}
