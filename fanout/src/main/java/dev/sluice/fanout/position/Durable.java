package dev.sluice.fanout.position;

import dev.sluice.contract.position.DurableName;

/**
 * What makes a subscription an acknowledged one.
 *
 * @param maxUnacked so many events are delivered beyond the position, then no more until it moves on; at least 1
 * @param writer for the user whose name it is
 */
public record Durable(DurableName name, int maxUnacked, PositionWriter writer) {
    public Durable {
        if (maxUnacked < 1) {
            throw new IllegalArgumentException("nothing could be delivered");
        }
    }
}
