package dev.sluice.fanout.position;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.position.DurableName;
import dev.sluice.contract.position.Positions.Change;
import dev.sluice.contract.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The topic of positions without Kafka: each change reaches every replica's book when the test says so, or at once. */
public final class HandPositions {
    public final List<Change> log = new ArrayList<>();
    private final List<PositionBook> books = new ArrayList<>();
    private final List<Runnable> waiting = new ArrayList<>();
    public boolean atOnce = true;
    /** What the publisher says; empty: it has written. */
    public Optional<Problem> refusal = Optional.empty();

    /** A further replica's. */
    public PositionBook book(int namesPerUser) {
        var book = new PositionBook(namesPerUser);
        log.forEach(book::apply);
        books.add(book);
        return book;
    }

    /** All that waits. */
    public void answer() {
        List<Runnable> now = List.copyOf(waiting);
        waiting.clear();
        now.forEach(Runnable::run);
    }

    public int waiting() {
        return waiting.size();
    }

    public void write(Change change) {
        log.add(change);
        books.forEach(book -> book.apply(change));
    }

    public Cursor position(DurableName name) {
        return Optional.ofNullable(books.get(0).position(name)).orElseThrow();
    }

    /** The writer of the user whose name it is. */
    public PositionWriter writer(DurableName whose) {
        return new PositionWriter() {
            @Override
            public void claim(String name, String holder, Consumer<Optional<Problem>> answer) {
                keep(new Change.Claimed(of(whose, name), holder), answer);
            }

            @Override
            public void acknowledge(String name, Cursor cursor, Consumer<Optional<Problem>> answer) {
                keep(new Change.Acknowledged(of(whose, name), cursor), answer);
            }
        };
    }

    private static DurableName of(DurableName whose, String name) {
        return new DurableName(whose.issuer(), whose.subject(), name);
    }

    private void keep(Change change, Consumer<Optional<Problem>> answer) {
        Runnable kept = () -> {
            if (refusal.isEmpty()) {
                write(change);
            }
            answer.accept(refusal);
        };
        if (atOnce) {
            kept.run();
        } else {
            waiting.add(kept);
        }
    }
}
