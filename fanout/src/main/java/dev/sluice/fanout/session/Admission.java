package dev.sluice.fanout.session;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import java.util.HashMap;
import java.util.Map;

/** Lets in as many sessions as there may be, and knows how many there are of whom. Safe on any thread. */
public final class Admission {
    /** Of all that there may be: from here on new clients had better go elsewhere, and below here they may come again. */
    private static final double NEARLY_FULL = 0.95;

    private static final double ROOMY = 0.9;

    private final ConnectionLimits limits;
    private final Map<User, Integer> users = new HashMap<>();
    private final Map<String, Integer> addresses = new HashMap<>();
    private int all;
    private boolean nearlyFull;

    private record User(String issuer, String subject) {
        static User of(Peer peer) {
            return new User(peer.issuer(), peer.subject());
        }
    }

    public Admission(ConnectionLimits limits) {
        this.limits = limits;
    }

    /** @throws Rejected when a session of this peer would be one too many now */
    public synchronized void require(Peer peer) throws Rejected {
        if (reached(limits.perUser(), users.getOrDefault(User.of(peer), 0))) {
            throw Problem.of(Reason.LIMITED, "a user has at most " + limits.perUser() + " connections to a replica")
                    .beyond(Limit.CONNECTIONS_PER_USER)
                    .rejected();
        }
        if (reached(limits.perAddress(), addresses.getOrDefault(peer.address(), 0))) {
            throw Problem.of(
                            Reason.LIMITED,
                            "an address has at most " + limits.perAddress() + " connections to a replica")
                    .beyond(Limit.CONNECTIONS_PER_ADDRESS)
                    .rejected();
        }
        if (reached(limits.all(), all)) {
            throw Problem.of(Reason.UNAVAILABLE, "this replica has no room left; come back, and another one will serve")
                    .beyond(Limit.CONNECTIONS)
                    .rejected();
        }
    }

    private static boolean reached(int limit, int count) {
        return limit > 0 && count >= limit;
    }

    /** @throws Rejected when it is one too many; it need not leave then */
    synchronized void enter(Peer peer) throws Rejected {
        require(peer);
        all++;
        users.merge(User.of(peer), 1, Integer::sum);
        addresses.merge(peer.address(), 1, Integer::sum);
        nearlyFull |= limits.all() > 0 && all >= limits.all() * NEARLY_FULL;
    }

    /** Once for each that has entered. */
    synchronized void leave(Peer peer) {
        all--;
        users.computeIfPresent(User.of(peer), (user, count) -> count == 1 ? null : count - 1);
        addresses.computeIfPresent(peer.address(), (address, count) -> count == 1 ? null : count - 1);
        nearlyFull &= all > limits.all() * ROOMY;
    }

    /** How many there may be; 0: any number. */
    public int limit() {
        return limits.all();
    }

    /** How many have entered and not left. */
    synchronized int count() {
        return all;
    }

    /** Whether new clients do well to come here. So that it does not waver, it takes some leaving until they do again. */
    public synchronized boolean isRoomy() {
        return !nearlyFull;
    }
}
