package dev.sluice.fanout.session;

import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.fanout.log.Entry;
import java.util.List;

/**
 * A live subscription whose bytes are nobody else's, because its client is ahead of this replica or has to acknowledge what it gets: it is
 * handed each event by itself. Belongs to its session's loop.
 */
final class Alone implements Audience {
    private final Subscription subscription;
    private final Loop loop;
    private final Interest interest;
    private final Bookmark bookmark;
    /** The last one that it was offered, since several of its patterns may match. */
    private long lastOffered;

    /** @param next the first sequence that it is offered */
    Alone(Subscription subscription, Loop loop, Interest interest, Bookmark bookmark, long next) {
        this.subscription = subscription;
        this.loop = loop;
        this.interest = interest;
        this.bookmark = bookmark;
        this.lastOffered = next - 1;
    }

    List<ChannelPattern> channels() {
        return subscription.request().channels();
    }

    @Override
    public void offer(Entry entry) {
        if (entry.sequence() <= lastOffered) {
            return;
        }
        lastOffered = entry.sequence();
        try {
            if (!bookmark.isNew(entry) || !interest.passes(entry)) {
                return;
            }
            if (subscription.canTake() && subscription.deliver(entry)) {
                loop.handed(1);
                if (!subscription.isAlone()) {
                    // Nothing tells it from others any more. Not now: this may be in the middle of handing out.
                    loop.later(() -> subscription.rejoin(this));
                }
            } else {
                subscription.fallBehind(entry.sequence(), bookmark.cursor());
            }
        } catch (Throwable failure) {
            // It does not have this one, and where it stands says so.
            subscription.fallBehind(entry.sequence(), bookmark.cursor());
            subscription.session().fail(failure);
        }
    }

    /** The loop could not hand out what follows, or it has left memory: it reads on from what it has. */
    void missed(long from) {
        try {
            subscription.fallBehind(Math.max(from, lastOffered + 1), bookmark.cursor());
            loop.later(subscription.session()::drained);
        } catch (Throwable failure) {
            // The others have not heard yet.
            subscription.session().fail(failure);
        }
    }
}
