package dev.sluice.fanout.session;

import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.fanout.log.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Who is live on a loop, by channel: cohorts, and those who stand alone. Belongs to its loop. */
final class Cohorts {
    private final Loop loop;
    private final ChannelIndex<Audience> index = new ChannelIndex<>();
    private final Map<Cohort.Key, Cohort> cohorts = new HashMap<>();
    private final Set<Alone> alone = new HashSet<>();
    /** Those with a run that was not handed out yet. */
    private final List<Cohort> touched = new ArrayList<>();

    private boolean full;

    Cohorts(Loop loop) {
        this.loop = loop;
    }

    Cohort join(Subscription member, Cohort.Key key) {
        Cohort cohort = cohorts.get(key);
        if (cohort == null) {
            cohort = new Cohort(key, member.request(), loop);
            cohorts.put(key, cohort);
            add(key.channels(), cohort);
        }
        cohort.join(member);
        return cohort;
    }

    void leave(Cohort cohort, Subscription member) {
        cohort.leave(member);
        if (cohort.isEmpty()) {
            cohorts.remove(cohort.key());
            remove(cohort.key().channels(), cohort);
        }
    }

    void add(Alone one) {
        alone.add(one);
        add(one.channels(), one);
    }

    void remove(Alone one) {
        alone.remove(one);
        remove(one.channels(), one);
    }

    private void add(List<ChannelPattern> channels, Audience audience) {
        channels.forEach(pattern -> index.add(pattern, audience));
    }

    private void remove(List<ChannelPattern> channels, Audience audience) {
        channels.forEach(pattern -> index.remove(pattern, audience));
    }

    /** Offers an event to whoever wants its channel. */
    void offer(Entry entry, Consumer<Audience> offer) {
        index.match(entry.event().channel().name(), offer);
    }

    void touched(Cohort cohort) {
        touched.add(cohort);
    }

    /** One of them has as much as should go out before more is read. */
    void full() {
        full = true;
    }

    boolean isFull() {
        return full;
    }

    /**
     * Gives all runs to those whom they are for.
     *
     * @param before the frontier before the first event of any
     */
    void handOut(long[] before) {
        try {
            for (int i = 0; i < touched.size(); i++) {
                touched.get(i).handOut(before);
            }
        } finally {
            touched.clear();
            full = false;
        }
    }

    /** Events were not handed out: whoever is live reads on from there by himself. */
    void missed(long from) {
        List.copyOf(cohorts.values()).forEach(cohort -> cohort.missed(from));
        List.copyOf(alone).forEach(one -> one.missed(from));
    }
}
