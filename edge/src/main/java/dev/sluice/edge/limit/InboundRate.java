package dev.sluice.edge.limit;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How much one client may send over its connection. Belongs to the connection's event loop. Who sends nothing costs nothing: many only
 * listen.
 */
public final class InboundRate {
    /** Room for the largest messages, however low the rate is. */
    static final long LEAST_BURST_BYTES = 1024 * 1024;

    private final int messagesPerSecond;
    private final long bytesPerSecond;
    private final TimeMeter time;
    private @Nullable Bucket messages;
    private @Nullable Bucket bytes;

    /**
     * @param messagesPerSecond 0: any number
     * @param bytesPerSecond 0: any number
     */
    InboundRate(int messagesPerSecond, long bytesPerSecond, TimeMeter time) {
        this.messagesPerSecond = messagesPerSecond;
        this.bytesPerSecond = bytesPerSecond;
        this.time = time;
    }

    private Bucket messages() {
        Bucket made = messages;
        if (made == null) {
            made = TokenBucket.of(messagesPerSecond, 2L * messagesPerSecond, time);
            messages = made;
        }
        return made;
    }

    private Bucket bytes() {
        Bucket made = bytes;
        if (made == null) {
            made = TokenBucket.of(bytesPerSecond, Math.max(2 * bytesPerSecond, LEAST_BURST_BYTES), time);
            bytes = made;
        }
        return made;
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
        if (messagesPerSecond > 0 && count > 0 && !messages().tryConsume(count)) {
            return refusal(messagesPerSecond + " messages a second", Limit.MESSAGE_RATE);
        }
        if (bytesPerSecond > 0 && length > 0 && !bytes().tryConsume(length)) {
            return refusal(bytesPerSecond + " bytes a second", Limit.BYTE_RATE);
        }
        return Optional.empty();
    }
}
