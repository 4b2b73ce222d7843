package dev.sluice.bench.load;

import org.jspecify.annotations.Nullable;

/**
 * What one client asks for.
 *
 * @param filter CloudEvents SQL
 */
public record Listening(String channel, @Nullable String filter) {

    public static Listening to(String channel) {
        return new Listening(channel, null);
    }
}
