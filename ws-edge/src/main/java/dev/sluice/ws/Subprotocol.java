package dev.sluice.ws;

import dev.sluice.contract.problem.Rejected;
import dev.sluice.edge.conversation.Dialect;
import dev.sluice.edge.conversation.Operation;

/** One of the languages that a WebSocket can be opened in. Implementations have no state. */
interface Subprotocol {

    /** As it is negotiated. */
    String name();

    boolean isText();

    Dialect dialect();

    /** @throws Unreadable with the id of the operation as far as it could be read */
    Operation read(byte[] message) throws Unreadable;

    /** A message that is no operation. */
    final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        private final String id;
        private final transient Rejected refusal;

        Unreadable(String id, Rejected refusal) {
            super(null, null, false, false);
            this.id = id;
            this.refusal = refusal;
        }

        String id() {
            return id;
        }

        Rejected refusal() {
            return refusal;
        }
    }
}
