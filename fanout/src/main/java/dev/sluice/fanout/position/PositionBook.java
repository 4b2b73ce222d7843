package dev.sluice.fanout.position;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.position.DurableName;
import dev.sluice.contract.position.Positions.Change;
import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All positions, as far as this replica has read their topic, and who waits for news of them here. Safe on any thread; nobody is kept
 * waiting for longer than a look into a map.
 *
 * <p>A name belongs to its latest claim in the log. Each replica reads the same log, so that all agree on who that is, without asking
 * each other.
 */
public final class PositionBook {
    private final int namesPerUser;
    private final Map<User, Map<String, Cursor>> positions = new HashMap<>();
    private final Map<DurableName, List<Entry>> holders = new HashMap<>();
    private final Acknowledgements acknowledgements = new Acknowledgements(this);
    private int names;

    private record User(String issuer, String subject) {}

    /** One who claims a name here. */
    private static final class Entry {
        private final String id;
        private final Holder holder;
        private boolean granted;

        Entry(String id, Holder holder) {
            this.id = id;
            this.holder = holder;
        }
    }

    /** @param namesPerUser more positions than that are not begun for one user */
    public PositionBook(int namesPerUser) {
        this.namesPerUser = namesPerUser;
    }

    /** How many positions there are. */
    public synchronized int names() {
        return names;
    }

    /** Where the name stands as far as is known here; null when nobody has said so yet. */
    public synchronized @Nullable Cursor position(DurableName name) {
        return of(name).get(name.name());
    }

    /** @throws Rejected {@code limited} when this would be one name too many for its user */
    public synchronized void requireRoom(DurableName name) throws Rejected {
        Map<String, Cursor> known = of(name);
        if (known.size() >= namesPerUser && !known.containsKey(name.name())) {
            throw new Problem(
                            Reason.LIMITED,
                            "durable",
                            "a user has at most " + namesPerUser + " names; give up one that is not needed any more")
                    .beyond(Limit.NAMES)
                    .rejected();
        }
    }

    private Map<String, Cursor> of(DurableName name) {
        return positions.getOrDefault(new User(name.issuer(), name.subject()), Map.of());
    }

    /**
     * Moves a position on, whether its subscription is served here or elsewhere: everything before the cursor was processed.
     *
     * @param answer on any thread, once; empty when Kafka has it
     * @throws Rejected {@code limited} when this would be one name too many for its user
     */
    public void acknowledge(DurableName name, Cursor cursor, PositionWriter writer, Consumer<Optional<Problem>> answer)
            throws Rejected {
        acknowledgements.acknowledge(name, cursor, writer, answer);
    }

    /**
     * Before the claim is written.
     *
     * @param id of the claim
     */
    public synchronized void enter(DurableName name, String id, Holder holder) {
        holders.computeIfAbsent(name, first -> new ArrayList<>(1)).add(new Entry(id, holder));
    }

    /** Idempotent. */
    public synchronized void leave(DurableName name, String id) {
        holders.computeIfPresent(name, (same, entries) -> {
            entries.removeIf(entry -> entry.id.equals(id));
            return entries.isEmpty() ? null : entries;
        });
    }

    /** The next change, in the order of the log. Called by who reads it. */
    synchronized void apply(Change change) {
        if (change instanceof Change.Acknowledged acknowledged) {
            acknowledged(acknowledged);
        } else if (change instanceof Change.Claimed claimed) {
            claimed(claimed);
        } else {
            forgotten(change.name());
        }
    }

    private void acknowledged(Change.Acknowledged change) {
        DurableName name = change.name();
        Map<String, Cursor> known =
                positions.computeIfAbsent(new User(name.issuer(), name.subject()), first -> new HashMap<>(2));
        Cursor before = known.get(name.name());
        // Of another incarnation of the topic: what was before means nothing any more.
        Cursor now = before == null || !before.topic().equals(change.cursor().topic())
                ? change.cursor()
                : before.merge(change.cursor());
        known.put(name.name(), now);
        names += before == null ? 1 : 0;
        for (Entry entry : holders.getOrDefault(name, List.of())) {
            if (entry.granted) {
                entry.holder.acknowledged(now);
            }
        }
    }

    private void claimed(Change.Claimed change) {
        for (Entry entry : List.copyOf(holders.getOrDefault(change.name(), List.of()))) {
            if (entry.id.equals(change.holder())) {
                entry.granted = true;
                entry.holder.granted(of(change.name()).get(change.name().name()));
            } else if (entry.granted) {
                leave(change.name(), entry.id);
                entry.holder.superseded();
            }
        }
    }

    private void forgotten(DurableName name) {
        var user = new User(name.issuer(), name.subject());
        Map<String, Cursor> known = positions.get(user);
        if (known != null && known.remove(name.name()) != null) {
            names--;
            if (known.isEmpty()) {
                positions.remove(user);
            }
        }
    }

    /** The topic is read anew from its beginning: nobody can be sure of what they hold. */
    synchronized void clear() {
        positions.clear();
        names = 0;
        for (List<Entry> entries : List.copyOf(holders.values())) {
            entries.stream()
                    .filter(entry -> entry.granted)
                    .map(entry -> entry.holder)
                    .forEach(Holder::superseded);
        }
        holders.values().forEach(entries -> entries.removeIf(entry -> entry.granted));
        holders.values().removeIf(List::isEmpty);
    }
}
