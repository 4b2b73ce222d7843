package dev.sluice.fanout.session;

import dev.sluice.contract.problem.Reason;
import dev.sluice.fanout.log.LogEvent;
import java.nio.charset.StandardCharsets;

/** What a subscription alone tells its client: whatever it says has a cursor, which is noted. Belongs to its session's loop. */
final class Voice {
    private static final byte[] NO_LABEL = {};

    private final Subscription subscription;
    private final Session session;
    private final Outbox outbox;
    private final Bookmark bookmark;
    private final FrameFormat format;
    private final byte[] label;
    private final int bodySlot;

    Voice(Subscription subscription, Session session, Outbox outbox, Bookmark bookmark, Loop loop) {
        SubscriptionRequest request = subscription.request();
        this.subscription = subscription;
        this.session = session;
        this.outbox = outbox;
        this.bookmark = bookmark;
        this.format = request.format();
        this.label = format.label(request.name());
        this.bodySlot = loop.slot(format.body());
    }

    void event(LogEvent event, byte[] cursor) {
        outbox.event(
                format, session.names(subscription) ? label : NO_LABEL, event.body(bodySlot, format.body()), cursor);
        bookmark.tell(cursor);
        bookmark.stand(cursor);
    }

    void say(Control control, byte[] cursor) {
        outbox.say(format, label, control, cursor);
        bookmark.tell(cursor);
    }

    /** That it is alive, and where it stands if the client does not know. */
    void beat(byte[] cursor) {
        say(bookmark.knows(cursor) ? Control.Heartbeat.STILL : Control.Heartbeat.MOVED, cursor);
    }

    /** That something can't be delivered; or it ends, where the client wants that. */
    void gap(GapReason reason, byte[] to) {
        if (subscription.request().onGap() == OnGap.CLOSE) {
            // With the cursor before it, so that whoever wants to can come back and go on.
            session.end(subscription, Reason.GAP);
            return;
        }
        String from = bookmark.text();
        bookmark.stand(to);
        say(new Control.Gap(reason, from, new String(to, StandardCharsets.US_ASCII)), to);
    }
}
