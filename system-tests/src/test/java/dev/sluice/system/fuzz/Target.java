package dev.sluice.system.fuzz;

/** A way on which the bytes of a stranger get into a service. Used by one thread. */
interface Target {
    /**
     * Sends a case that the mutator makes, and waits until it is answered or closed.
     *
     * @return how, in a word
     * @throws Finding when it was taken as nothing must be taken
     */
    String attempt(Mutator mutator) throws Finding;

    /** What a service must not do. */
    final class Finding extends Exception {
        private static final long serialVersionUID = 1L;

        /** @param sent what made it do so */
        Finding(String what, String sent) {
            super(what + "; sent: " + sent);
        }
    }
}
