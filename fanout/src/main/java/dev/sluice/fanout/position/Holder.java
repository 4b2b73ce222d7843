package dev.sluice.fanout.position;

import dev.sluice.contract.cursor.Cursor;
import org.jspecify.annotations.Nullable;

/** Somebody on this replica who claims a name. Called on the thread that reads the positions, which must not be kept waiting. */
public interface Holder {

    /**
     * The claim was read back, and with it all that Kafka had before it.
     *
     * @param position where the name stands; null when nobody has said so yet
     */
    void granted(@Nullable Cursor position);

    /** The position has moved on, by whatever replica. After {@link #granted} only. */
    void acknowledged(Cursor position);

    /** Somebody claimed the name later, on whatever replica. After {@link #granted} only. */
    void superseded();
}
