package dev.sluice.system.client;

import dev.sluice.client.Connection;
import dev.sluice.client.Received;
import dev.sluice.client.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** Waits for what a connection should see, with a deadline that only something broken can miss. */
public final class Expect {

    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private Expect() {}

    /** Waits until there is one. */
    public static <T> T eventually(String what, Supplier<Optional<T>> supplier) {
        return eventually(what, PATIENCE, supplier);
    }

    public static <T> T eventually(String what, Duration patience, Supplier<Optional<T>> supplier) {
        return Awaitility.await(what)
                .atMost(patience)
                .pollInterval(Duration.ofMillis(20))
                .until(supplier::get, Optional::isPresent)
                .orElseThrow();
    }

    /** Waits until it holds. */
    public static void until(String what, Supplier<Boolean> condition) {
        eventually(what, () -> condition.get() ? Optional.of(true) : Optional.empty());
    }

    /** Waits until the connection's (first) subscription has begun, and answers where: an event posted now arrives. */
    public static String started(Connection connection) {
        return on(connection, "that the subscription begins", Connection::start);
    }

    /** Waits for an event that it holds of. */
    public static Received.Event event(Connection connection, Predicate<Received.Event> condition) {
        return on(connection, "an event", present -> present.events().stream()
                .filter(condition)
                .findFirst());
    }

    /** Waits for the event with this text as its data. */
    public static Received.Event eventWith(Connection connection, String text) {
        return on(connection, "the event '" + text + "'", present -> present.events().stream()
                .filter(event -> event.text().equals(text))
                .findFirst());
    }

    /** Waits until there are that many events, and answers all. */
    public static List<Received.Event> events(Connection connection, int count) {
        return on(connection, count + " events", present -> Optional.of(present.events())
                .filter(events -> events.size() >= count));
    }

    /** Waits for a control message. */
    public static Received.Control control(Connection connection, String kind) {
        return on(connection, "the control message " + kind, present -> present.controls(kind).stream()
                .findFirst());
    }

    /** Waits for the answer to the operation. */
    public static Received.Answer answer(Connection connection, String id) {
        return on(connection, "the answer to " + id, present -> present.answer(id));
    }

    /** Waits until something is refused: the connection, or an operation on it. */
    public static Refusal refusal(Connection connection) {
        return eventually("that it is refused", connection::refusal);
    }

    /** Waits until the connection has ended. */
    public static Refusal end(Connection connection) {
        return eventually("that the connection ends", connection::ended);
    }

    private static <T> T on(Connection connection, String what, Query<T> query) {
        try {
            return eventually(what, PATIENCE, () -> query.in(connection)
                    .or(() -> connection.ended().map(end -> {
                        throw new AssertionError("waiting for " + what + ", but the connection ended: " + end
                                + describe(connection, null));
                    })));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("waited in vain for " + what + describe(connection, e), e);
        }
    }

    private static String describe(Connection connection, @Nullable Exception cause) {
        var received = connection.received();
        var newest = received.subList(Math.max(0, received.size() - 5), received.size());
        return "; received " + received.size() + " messages, the newest: " + newest
                + (cause == null ? "" : ", end: " + connection.ended());
    }

    private interface Query<T> {
        Optional<T> in(Connection connection);
    }
}
