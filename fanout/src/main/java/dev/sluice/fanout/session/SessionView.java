package dev.sluice.fanout.session;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an operator sees of a session. Immutable.
 *
 * @param tokenExpires null for never
 * @param bytes of the frames that were written to its socket
 */
public record SessionView(
        String id,
        Peer peer,
        Instant opened,
        @Nullable Instant tokenExpires,
        long bytes,
        List<SubscriptionView> subscriptions) {

    /**
     * One of its subscriptions.
     *
     * @param channels and patterns
     * @param live whether it gets events as they come, or reads on from where it stands
     * @param lag records of the log, of all its partitions and of whatever channel, that lie between where it stands and what this
     *     replica has read
     */
    public record SubscriptionView(String name, List<String> channels, boolean live, long lag) {}
}
