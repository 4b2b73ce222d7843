package dev.sluice.contract.problem;

/**
 * An expected refusal on its way to the one place of each service that maps it to its protocol. It is checked, so that
 * the compiler names everyone who must answer it, and it has no stack trace, because it is an outcome and not a fault.
 */
public final class Rejected extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public Rejected(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
