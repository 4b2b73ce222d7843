package dev.sluice.publisher;

import dev.sluice.contract.event.HttpEvents;
import java.util.Locale;

/** In which form a producer posted. Closed, so that it is safe as a metric tag. */
public enum Form {
    PLAIN,
    BINARY,
    STRUCTURED,
    BATCH,
    GRPC;

    public static Form of(HttpEvents.Form form) {
        return switch (form) {
            case PLAIN -> PLAIN;
            case BINARY -> BINARY;
            case STRUCTURED -> STRUCTURED;
            case BATCH -> BATCH;
        };
    }

    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
