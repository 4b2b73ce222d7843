package dev.sluice.bench.load;

import java.nio.charset.StandardCharsets;

/** The text that the payload of the last event holds. */
public final class Marker {
    public static final String TEXT = new String(Counter.MARKER, StandardCharsets.US_ASCII);

    private Marker() {}
}
