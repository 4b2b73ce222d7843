package dev.sluice.bench.load;

import org.jspecify.annotations.Nullable;

/**
 * What one client asks for.
 *
 * @param filter CloudEvents SQL
 * @param isCompressed whether it takes its events compressed, and then wants nothing else
 */
public record Listening(String channel, @Nullable String filter, boolean isCompressed) {

    public static Listening to(String channel) {
        return new Listening(channel, null, false);
    }

    public Listening by(String newFilter) {
        return new Listening(channel, newFilter, isCompressed);
    }

    public Listening compressed() {
        return new Listening(channel, filter, true);
    }
}
