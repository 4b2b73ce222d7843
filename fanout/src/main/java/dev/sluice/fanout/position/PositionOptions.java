package dev.sluice.fanout.position;

/**
 * @param topic the compacted topic of positions, which the publisher creates
 * @param namesPerUser more acknowledged subscriptions than that are not begun for one user
 */
public record PositionOptions(String topic, int namesPerUser) {
    public PositionOptions {
        if (namesPerUser < 0) {
            throw new IllegalArgumentException("sluice.positions.names-per-user is 0 or more");
        }
    }
}
