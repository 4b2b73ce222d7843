package dev.sluice.edge.limit;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How much one client may send over its connection. Safe on any thread. */
public final class InboundRate {
    /** Room for the largest messages, however low the rate is. */
    static final long LEAST_BURST_BYTES = 1024 * 1024;

    private final @Nullable Bucket messages;
    private final @Nullable Bucket bytes;
    private final int messagesPerSecond;
    private final long bytesPerSecond;

    /**
     * @param messagesPerSecond 0: any number
     * @param bytesPerSecond 0: any number
     */
    InboundRate(int messagesPerSecond, long bytesPerSecond, TimeMeter time) {
        messages = messagesPerSecond == 0 ? null : TokenBucket.of(messagesPerSecond, 2L * messagesPerSecond, time);
        bytes = bytesPerSecond == 0
                ? null
                : TokenBucket.of(bytesPerSecond, Math.max(2 * bytesPerSecond, LEAST_BURST_BYTES), time);
        this.messagesPerSecond = messagesPerSecond;
        this.bytesPerSecond = bytesPerSecond;
    }

    private static Optional<Problem> refusal(String most, Limit limit) {
        return Optional.of(
                Problem.of(Reason.LIMITED, "at most " + most + " are taken over a connection; send more slowly")
                        .beyond(limit));
    }

    /** Counts a message; a refusal when it is one too many, or has too many bytes. */
    public Optional<Problem> take(int length) {
        return take(1, length);
    }

    /**
     * As {@link #take(int)}, of what is no message by itself.
     *
     * @param count how many messages it counts as; may be 0
     */
    public Optional<Problem> take(int count, int length) {
        if (messages != null && count > 0 && !messages.tryConsume(count)) {
            return refusal(messagesPerSecond + " messages a second", Limit.MESSAGE_RATE);
        }
        if (bytes != null && length > 0 && !bytes.tryConsume(length)) {
            return refusal(bytesPerSecond + " bytes a second", Limit.BYTE_RATE);
        }
        return Optional.empty();
    }
}
