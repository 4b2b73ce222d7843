package dev.sluice.fuzz;

import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;

/** The only way in which bad input may end. */
public final class Refused {
    private Refused() {}

    /** It says what is wrong, and that it is not us. */
    public static void requireReason(Rejected refusal) {
        if (refusal.problem().reason() == Reason.INTERNAL
                || refusal.problem().detail().isBlank()) {
            throw new AssertionError(refusal.problem().toString(), refusal);
        }
    }
}
