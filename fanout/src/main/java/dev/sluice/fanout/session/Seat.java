package dev.sluice.fanout.session;

import org.jspecify.annotations.Nullable;

/** How a subscription that is live is handed events: with others whose bytes are the same, or alone. Belongs to its session's loop. */
final class Seat {
    private final Subscription subscription;
    private final Session session;
    private final Envelope envelope;
    private final Bookmark bookmark;
    private final Loop loop;
    /** At most one of the two. */
    private @Nullable Cohort cohort;

    private @Nullable Alone alone;

    Seat(Subscription subscription, Session session, Envelope envelope, Bookmark bookmark, Loop loop) {
        this.subscription = subscription;
        this.session = session;
        this.envelope = envelope;
        this.bookmark = bookmark;
        this.loop = loop;
    }

    /** @param next the first sequence that it is handed */
    void take(long next) {
        if (subscription.isAlone()) {
            alone = new Alone(subscription, loop, subscription.interest(), bookmark, next);
            loop.cohorts().add(alone);
        } else {
            cohort = loop.cohorts().join(subscription, key());
        }
    }

    private Cohort.Key key() {
        SubscriptionRequest request = subscription.request();
        return new Cohort.Key(
                request.channels(),
                request.filter(),
                request.format(),
                name(),
                envelope,
                bookmark.standing().isSpread(),
                bookmark.standing().partitions());
    }

    private String name() {
        return session.names(subscription) ? subscription.request().name() : "";
    }

    /** Where it has none, nothing happens. */
    void leave() {
        if (cohort != null) {
            bookmark.standing().spread(cohort.isSpread());
            loop.cohorts().leave(cohort, subscription);
            cohort = null;
        } else if (alone != null) {
            loop.cohorts().remove(alone);
            alone = null;
        }
    }

    /** Its frames name it from now on, or do so no more: its bytes are others than those of who it is together with. */
    void rename() {
        if (cohort != null && !cohort.key().name().equals(name())) {
            leave();
            cohort = loop.cohorts().join(subscription, key());
        }
    }

    boolean isOf(Alone one) {
        return alone == one;
    }

    /** Where it stands together with others; null where it does not. */
    byte @Nullable [] cursor() {
        return cohort == null ? null : cohort.cursor(bookmark.told());
    }
}
