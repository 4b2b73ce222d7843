package dev.sluice.fanout.session;

import dev.sluice.fanout.log.Entry;
import dev.sluice.fanout.log.LogEvent;
import dev.sluice.fanout.session.StartResolver.Place;

/**
 * How a subscription comes to its next event: a state, of which each step returns the next.
 *
 * <pre>
 *           socket is full                    memory has moved on
 *   Live ───────────────────▶ InMemory ─────────────────────────────▶ InKafka
 *     ◀───────────────────────   ▲  ◀───────────────────────────────────┘
 *        has read all there is   └ begins here, or in one of the others   memory has the rest
 * </pre>
 *
 * Belongs to its session's loop, so that going from one to the other can't race with the tail.
 */
sealed interface Reader {

    /**
     * Reads on by one event.
     *
     * @return the state after that; often itself
     */
    Reader step();

    /** Whether it can't go on before Kafka has answered. */
    default boolean isWaiting() {
        return false;
    }

    /** Its turn is over: it keeps nothing but its place, and says it. */
    void rest();

    /**
     * Is handed each event by its loop: together with others whose bytes are the same, or alone.
     *
     * @param next the first that it is handed
     */
    record Live(long next) implements Reader {
        @Override
        public Reader step() {
            return this;
        }

        @Override
        public void rest() {}
    }

    /** Looks at what is in memory by itself, as its socket drains. */
    final class InMemory implements Reader {
        private final Subscription subscription;
        private final Bookmark bookmark;
        private final Loop loop;
        private final Interest interest;
        private long next;

        /** @param next the first sequence to look at */
        InMemory(Subscription subscription, Bookmark bookmark, Loop loop, Interest interest, long next) {
            this.subscription = subscription;
            this.bookmark = bookmark;
            this.loop = loop;
            this.interest = interest;
            this.next = next;
        }

        @Override
        public Reader step() {
            if (next >= loop.next()) {
                return new Live(loop.next());
            }
            Entry entry = loop.log().get(next);
            if (entry == null) {
                return subscription.inKafka();
            }
            if (bookmark.isNew(entry)
                    && interest.wants(entry)
                    && !interest.isConflated(entry)
                    && !subscription.deliver(entry)) {
                return subscription.inKafka();
            }
            next = interest.after(entry);
            return this;
        }

        @Override
        public void rest() {
            byte[] cursor = bookmark.at(Math.min(next, loop.next()));
            if (cursor != null) {
                bookmark.stand(cursor);
            }
        }
    }

    /** Looks at what has left memory, or is ahead of it. */
    final class InKafka implements Reader {
        private final Subscription subscription;
        private final Bookmark bookmark;
        private final Loop loop;
        private final Places places;
        private final Interest interest;
        private final ColdReader scan;

        InKafka(
                Subscription subscription,
                Bookmark bookmark,
                Loop loop,
                Places places,
                Interest interest,
                ColdReader scan) {
            this.subscription = subscription;
            this.bookmark = bookmark;
            this.loop = loop;
            this.places = places;
            this.interest = interest;
            this.scan = scan;
        }

        @Override
        public Reader step() {
            switch (scan.step()) {
                case EVENT -> {
                    LogEvent event = scan.event();
                    if (interest.wants(event) && !interest.isConflated(event, scan)) {
                        subscription.deliver(event, cursor());
                    }
                }
                case GAP -> subscription.tellGap(scan.takeGap(), cursor());
                case MEMORY -> {
                    return inMemory();
                }
                case WAITING -> {
                    // It is woken.
                }
            }
            return this;
        }

        private Reader inMemory() {
            if (scan.needs().at().length != loop.log().head().partitions()) {
                // Its channels may have moved meanwhile; what is to be read is found anew from where it stands.
                bookmark.stand(cursor());
                return subscription.inKafka();
            }
            Place place = places.inMemory(scan.needs(), loop.next());
            if (place == null) {
                // Memory has moved on in this moment, and there is more to read in Kafka.
                return this;
            }
            bookmark.stand(cursor());
            return subscription.inMemory(place);
        }

        private byte[] cursor() {
            return bookmark.atOffsets(scan.needs().at());
        }

        @Override
        public boolean isWaiting() {
            return scan.isWaiting();
        }

        @Override
        public void rest() {
            if (scan.hasPlace()) {
                bookmark.stand(cursor());
            }
            scan.rest();
        }
    }
}
