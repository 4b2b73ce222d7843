package dev.sluice.grpc;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How long a client wants to wait at most ({@code grpc-timeout}). */
record Deadline(Duration timeout) {
    private static final int DEADLINE_EXCEEDED = 4;
    private static final Pattern TIMEOUT = Pattern.compile("[0-9]{1,8}[HMSmun]");

    /** @throws Rejected when it is none: a call must not go on for ever because of a slip */
    static Optional<Deadline> of(@Nullable String header) throws Rejected {
        if (header == null) {
            return Optional.empty();
        }
        if (!TIMEOUT.matcher(header).matches()) {
            throw Problem.malformed("grpc-timeout", "1 to 8 digits and a unit (H, M, S, m, u, n) are needed here")
                    .rejected();
        }
        long amount = Long.parseLong(header.substring(0, header.length() - 1));
        return Optional.of(new Deadline(
                switch (header.charAt(header.length() - 1)) {
                    case 'H' -> Duration.ofHours(amount);
                    case 'M' -> Duration.ofMinutes(amount);
                    case 'S' -> Duration.ofSeconds(amount);
                    case 'm' -> Duration.ofMillis(amount);
                    case 'u' -> Duration.ofNanos(amount * 1_000);
                    default -> Duration.ofNanos(amount);
                }));
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
