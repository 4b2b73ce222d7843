package dev.sluice.identity.http;

import dev.sluice.contract.problem.Problem;

/** Where a service counts what it refuses. Safe on any thread. */
@FunctionalInterface
public interface RefusalCount {
    /** Counts a request that was refused. */
    void countRefusal(Problem problem);
}
