package dev.sluice.fanout.position;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.position.DurableName;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of acknowledgements to the publisher: for each name one at a time, so that they reach the log in their order; what comes in
 * between is written together. What is behind the known position already is not written at all. Safe on any thread, never blocks.
 */
final class Acknowledgements {
    private final PositionBook book;
    private final Map<DurableName, Line> lines = new HashMap<>();

    /** What waits behind the write that is under way. */
    private static final class Line {
        private @Nullable Cursor cursor;
        private @Nullable PositionWriter writer;
        private List<Consumer<Optional<Problem>>> answers = new ArrayList<>(1);
    }

    Acknowledgements(PositionBook book) {
        this.book = book;
    }

    /**
     * Everything before the cursor was processed.
     *
     * @param answer on any thread, once; empty when Kafka has it
     * @throws Rejected {@code limited} when this would be one name too many for its user
     */
    void acknowledge(DurableName name, Cursor cursor, PositionWriter writer, Consumer<Optional<Problem>> answer)
            throws Rejected {
        book.requireRoom(name);
        Cursor known = book.position(name);
        if (known != null && known.reaches(cursor)) {
            answer.accept(Optional.empty());
            return;
        }
        synchronized (lines) {
            Line line = lines.get(name);
            if (line != null) {
                line.cursor = together(line.cursor, cursor);
                line.writer = writer;
                line.answers.add(answer);
                return;
            }
            lines.put(name, new Line());
        }
        write(name, cursor, writer, List.of(answer));
    }

    private void write(
            DurableName name, Cursor cursor, PositionWriter writer, List<Consumer<Optional<Problem>>> answers) {
        // With what is known already, because the record may be the only one that compaction leaves.
        writer.acknowledge(name.name(), together(book.position(name), cursor), problem -> {
            next(name);
            answers.forEach(answer -> answer.accept(problem));
        });
    }

    private void next(DurableName name) {
        Cursor cursor;
        PositionWriter writer;
        List<Consumer<Optional<Problem>>> answers;
        synchronized (lines) {
            Line line = lines.get(name);
            if (line == null || line.cursor == null || line.writer == null) {
                lines.remove(name);
                return;
            }
            cursor = line.cursor;
            writer = line.writer;
            answers = line.answers;
            lines.put(name, new Line());
        }
        write(name, cursor, writer, answers);
    }

    private static Cursor together(@Nullable Cursor before, Cursor cursor) {
        return before == null || !before.topic().equals(cursor.topic()) ? cursor : before.merge(cursor);
    }
}
