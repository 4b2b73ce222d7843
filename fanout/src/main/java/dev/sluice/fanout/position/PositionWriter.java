package dev.sluice.fanout.position;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.problem.Problem;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes positions for one user. The engine writes nothing to Kafka itself: an edge passes on to the publisher, with the user's token.
 * Called on event loops; must not block. An answer may come on any thread, once; empty means that Kafka has it.
 */
public interface PositionWriter {

    void claim(String name, String holder, Consumer<Optional<Problem>> answer);

    void acknowledge(String name, Cursor cursor, Consumer<Optional<Problem>> answer);
}
