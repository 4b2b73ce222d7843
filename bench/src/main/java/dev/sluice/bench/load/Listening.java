package dev.sluice.bench.load;

import org.jspecify.annotations.Nullable;

/**
 * What one client asks for.
 *
 * @param filter CloudEvents SQL
 * @param isCompressed whether it takes its events compressed, and then wants nothing else
 * @param isHttp2 whether an event stream comes by HTTP/2, on a connection of its own; gRPC's always does
 */
public record Listening(String channel, @Nullable String filter, boolean isCompressed, boolean isHttp2) {

    public static Listening to(String channel) {
        return new Listening(channel, null, false, false);
    }

    public Listening by(String newFilter) {
        return new Listening(channel, newFilter, isCompressed, isHttp2);
    }

    public Listening compressed() {
        return new Listening(channel, filter, true, isHttp2);
    }

    public Listening overHttp2() {
        return new Listening(channel, filter, isCompressed, true);
    }
}
