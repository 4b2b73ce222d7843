package dev.sluice.fanout.session;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.cursor.TopicBinding;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.fanout.cold.ColdLog;
import dev.sluice.fanout.cold.LogTimes;
import dev.sluice.fanout.log.RecentLog;
import dev.sluice.fanout.session.StartResolver.Beginning;
import dev.sluice.fanout.session.StartResolver.Place;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds places in the log for those who read it: by a short look at memory, which never blocks and belongs on the reader's loop, or by asking
 * Kafka, which answers on any thread. All loops share it.
 */
final class Places {
    private final RecentLog log;
    private final ColdLog cold;
    private final TopicBinding topic;
    private final LogTimes times;
    private final StartResolver memory;
    private final LastSearches searches;

    /**
     * Where somebody begins.
     *
     * @param from the cursor that the client came with, or that says where it begins; empty when its place in memory says that
     */
    record Found(Beginning beginning, String from) {}

    /**
     * What only Kafka knows.
     *
     * @param answer for each partition the first offset to deliver; on any thread
     * @param unanswered what the client is told when there is no answer
     */
    record Question(CompletionStage<long[]> answer, String unanswered) {}

    /** @param searching runs what would keep an event loop too long, one thing at a time */
    Places(RecentLog log, ColdLog cold, TopicBinding topic, LogTimes times, Executor searching) {
        this.log = log;
        this.cold = cold;
        this.topic = topic;
        this.times = times;
        this.memory = new StartResolver(log, topic);
        this.searches = new LastSearches(cold, log, searching);
    }

    /**
     * Where a request begins.
     *
     * @param next the next sequence of the client's loop
     * @return null when Kafka has to be asked
     * @throws Rejected when the cursor can't be one of this subscription's
     */
    @Nullable
    Found atOnce(SubscriptionRequest request, long next) throws Rejected {
        Start start = request.start();
        if (start instanceof Start.After after) {
            return after(after.cursor(), request, next);
        }
        if (start instanceof Start.Since) {
            return null;
        }
        Place place = start instanceof Start.Last last ? memory.last(last.count(), request, next) : Place.at(next);
        return place == null ? null : new Found(new Beginning.InMemory(place), "");
    }

    /** @param isGivenUp whether who asks does not wait any more; asked on any thread */
    Question ask(SubscriptionRequest request, BooleanSupplier isGivenUp) {
        Start start = request.start();
        if (start instanceof Start.Since since) {
            return new Question(
                    times.offsetsAt(since.time(), log.head().partitions()),
                    "Kafka did not say where this time lies in the log");
        }
        if (start instanceof Start.Last last) {
            var wanted = new LastSearch.Wanted(request.channels(), request.filter(), last.count());
            return new Question(searches.find(wanted, isGivenUp), "the newest events could not be found");
        }
        throw new IllegalArgumentException("memory has the answer: " + start);
    }

    /** Where somebody begins by what Kafka answered. */
    Found of(long[] answer, SubscriptionRequest request, long next) {
        return new Found(
                memory.since(answer, request, next), Cursor.all(topic, answer).toString());
    }

    /** @throws Rejected when the cursor can't be one of this subscription's */
    Found after(Cursor cursor, SubscriptionRequest request, long next) throws Rejected {
        return new Found(memory.after(cursor, request, next), cursor.toString());
    }

    /** The cursor of who has read everything before the frontier, as short as what it reads allows. */
    Cursor cursorAt(long[] frontier, SubscriptionRequest request) {
        return memory.cursorAt(frontier, request);
    }

    /** What whoever has a cursor of ours still needs. */
    Needs needs(Cursor cursor, SubscriptionRequest request) {
        try {
            return memory.needs(cursor, request);
        } catch (Rejected bug) {
            throw new IllegalStateException("a cursor of our own is of another subscription", bug);
        }
    }

    /** @return null when memory does not reach back so far */
    @Nullable
    Place inMemory(Needs needs, long next) {
        return memory.place(needs, next);
    }

    /**
     * Reads on in what has left memory, or is ahead of it.
     *
     * @param gap what is known already not to be deliverable; null when nothing is
     * @param wake is run on the loop when there is more to do
     */
    ColdReader reader(Needs needs, @Nullable GapReason gap, Executor loop, Runnable wake) {
        return new ColdReader(new Footing(needs, log, cold, times, gap), cold, log, loop, wake);
    }

    /** @throws Rejected when the cursor is of another topic */
    void requireTopic(Cursor cursor) throws Rejected {
        cursor.requireTopic("cursor", topic);
    }
}
