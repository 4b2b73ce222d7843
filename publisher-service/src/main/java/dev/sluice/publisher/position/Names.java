package dev.sluice.publisher.position;

import dev.sluice.contract.position.DurableName;
import dev.sluice.contract.position.Positions.Change;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Which names there are, as the log says, and which are about to be: so a user can't have more by asking several times at once. Two
 * publishers that both have room for one more agree by the order of the log who was too late. Safe on any thread, never blocks.
 */
final class Names {
    private final int most;
    private final Map<User, Of> users = new HashMap<>();

    private record User(String issuer, String subject) {
        static User of(DurableName name) {
            return new User(name.issuer(), name.subject());
        }
    }

    private static final class Of {
        private final Set<String> kept = new HashSet<>();
        private final Map<String, CompletableFuture<Boolean>> begun = new HashMap<>();

        boolean has(String name) {
            return kept.contains(name) || begun.containsKey(name);
        }

        int size() {
            return kept.size() + begun.size();
        }
    }

    /** What may be done with a name. */
    sealed interface Admission {
        /** There is one more than there may be. */
        record Refused() implements Admission {}

        /** It counts already, or will not by this. */
        record Known() implements Admission {}

        /**
         * It counts from now on.
         *
         * @param stays completes when the log has it: whether it came in time
         */
        record Begun(CompletableFuture<Boolean> stays) implements Admission {}
    }

    /** @param most names of one user */
    Names(int most) {
        this.most = most;
    }

    /** @param begins whether a position is kept under the name from now on */
    synchronized Admission admit(DurableName name, boolean begins) {
        Of of = users.computeIfAbsent(User.of(name), first -> new Of());
        if (of.has(name.name())) {
            return new Admission.Known();
        }
        if (of.size() >= most) {
            return new Admission.Refused();
        }
        if (!begins) {
            return new Admission.Known();
        }
        var stays = new CompletableFuture<Boolean>();
        of.begun.put(name.name(), stays);
        return new Admission.Begun(stays);
    }

    /** It was not written, or nobody can tell. */
    synchronized void giveUp(DurableName name) {
        Of of = users.get(User.of(name));
        if (of != null) {
            of.begun.remove(name.name());
        }
    }

    /** The next change, in the order of the log. */
    void apply(Change change) {
        if (change instanceof Change.Acknowledged) {
            CompletableFuture<Boolean> stays;
            boolean room;
            synchronized (this) {
                Of of = users.computeIfAbsent(User.of(change.name()), first -> new Of());
                stays = of.begun.remove(change.name().name());
                room = of.kept.size() < most || of.kept.contains(change.name().name());
                of.kept.add(change.name().name());
            }
            if (stays != null) {
                stays.complete(room);
            }
        } else if (change instanceof Change.Forgotten) {
            forgotten(change.name());
        }
    }

    private synchronized void forgotten(DurableName name) {
        users.computeIfPresent(User.of(name), (same, of) -> {
            of.kept.remove(name.name());
            return of.size() == 0 ? null : of;
        });
    }

    /** The log begins anew. */
    synchronized void clear() {
        users.values().forEach(of -> of.kept.clear());
    }
}
