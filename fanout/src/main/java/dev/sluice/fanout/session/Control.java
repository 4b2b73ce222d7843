package dev.sluice.fanout.session;

import dev.sluice.contract.problem.Reason;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the server says about a stream itself (protocol.md, "Control messages"). The cursor stands beside it. */
public sealed interface Control {

    /** The name on the wire, after {@code sluice.} where event types need one. */
    String kind();

    /**
     * The first message.
     *
     * @param tokenExpires null when the token does not
     */
    record Open(
            String session, Instant serverTime, @Nullable Instant tokenExpires, Duration heartbeatInterval)
            implements Control {
        @Override
        public String kind() {
            return "open";
        }
    }

    /**
     * Nothing happened, or nothing that the filter lets pass.
     *
     * @param moved whether the cursor is another one than the client was told last
     */
    record Heartbeat(boolean moved) implements Control {
        public static final Heartbeat MOVED = new Heartbeat(true);
        public static final Heartbeat STILL = new Heartbeat(false);

        @Override
        public String kind() {
            return "heartbeat";
        }
    }

    /** The events between two cursors can't be delivered. */
    record Gap(GapReason reason, String from, String to) implements Control {
        @Override
        public String kind() {
            return "gap";
        }
    }

    /** The token, and with it the stream, ends soon. */
    record Expiring(Instant tokenExpires) implements Control {
        @Override
        public String kind() {
            return "expiring";
        }
    }

    /**
     * The last message of a session, or of one subscription.
     *
     * @param reconnectAfter when to come back; zero means at once
     */
    record Close(Reason reason, Duration reconnectAfter) implements Control {
        @Override
        public String kind() {
            return "close";
        }
    }
}
