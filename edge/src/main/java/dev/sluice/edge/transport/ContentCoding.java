package dev.sluice.edge.transport;

import dev.sluice.fanout.session.Envelope;
import org.jspecify.annotations.Nullable;

/**
 * A content coding (RFC 9110, section 8.4.1) of a stream whose pieces each stand for themselves, so that all readers of a cohort share
 * them. Any thread.
 */
public sealed interface ContentCoding permits Deflate, Zstd {

    /** What a {@code Content-Encoding} says of it. */
    String token();

    /** What is shorter goes as it is. */
    int minBytes();

    /** Whether so many bytes are worth it. */
    default boolean isWorthwhile(int bytes) {
        return bytes >= minBytes();
    }

    /**
     * What makes a piece of such a stream of frames.
     *
     * @param around what stands around each piece
     */
    Envelope pieces(Envelope around);

    /**
     * How one connection's stream begins and ends; null where its pieces are all of it.
     *
     * @param around what stands around each piece
     */
    @Nullable
    GzipStream stream(Envelope around);
}
