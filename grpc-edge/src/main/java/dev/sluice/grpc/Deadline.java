package dev.sluice.grpc;

import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How long a client wants to wait at most ({@code grpc-timeout}). */
record Deadline(Duration timeout) {
    private static final int DEADLINE_EXCEEDED = 4;
    private static final int MOST_DIGITS = 8;

    static Optional<Deadline> of(@Nullable String header) {
        if (header == null || header.length() < 2 || header.length() > MOST_DIGITS + 1) {
            return Optional.empty();
        }
        String digits = header.substring(0, header.length() - 1);
        if (!digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        long amount = Long.parseLong(digits);
        return switch (header.charAt(header.length() - 1)) {
            case 'H' -> Optional.of(new Deadline(Duration.ofHours(amount)));
            case 'M' -> Optional.of(new Deadline(Duration.ofMinutes(amount)));
            case 'S' -> Optional.of(new Deadline(Duration.ofSeconds(amount)));
            case 'm' -> Optional.of(new Deadline(Duration.ofMillis(amount)));
            case 'u' -> Optional.of(new Deadline(Duration.ofNanos(amount * 1_000)));
            case 'n' -> Optional.of(new Deadline(Duration.ofNanos(amount)));
            default -> Optional.empty();
        };
    }

    /** Ends the call when its time is over. */
    void watch(RoutingContext context, GrpcResponse response) {
        long timer = context.vertx()
                .setTimer(
                        Math.max(1, timeout.toMillis()),
                        over -> response.end(DEADLINE_EXCEEDED, "the call's deadline is over", Map.of()));
        context.addEndHandler(ended -> context.vertx().cancelTimer(timer));
    }
}
