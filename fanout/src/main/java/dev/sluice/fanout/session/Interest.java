package dev.sluice.fanout.session;

import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.contract.filter.EventFilter;
import dev.sluice.fanout.log.ChannelChain;
import dev.sluice.fanout.log.Entry;
import dev.sluice.fanout.log.LogEvent;
import dev.sluice.fanout.log.RecentLog;
import java.util.Set;
import java.util.stream.Collectors;

/** Which events of the log a subscription wants, for who reads the log by itself. Belongs to a loop. */
final class Interest {
    private final SubscriptionRequest request;
    private final Loop loop;
    private final RecentLog log;
    private final boolean unfiltered;
    /** Channels without a wildcard; looked up, since there may be thousands. */
    private final Set<String> exact;

    Interest(SubscriptionRequest request, Loop loop) {
        this.request = request;
        this.loop = loop;
        this.log = loop.log();
        this.unfiltered = request.filter().equals(EventFilter.EVERYTHING);
        this.exact = request.channels().stream()
                .filter(ChannelPattern::isChannel)
                .map(ChannelPattern::text)
                .collect(Collectors.toUnmodifiableSet());
    }

    boolean wants(LogEvent event) {
        Channel channel = event.event().channel();
        return (exact.contains(channel.name()) || matchesPattern(channel)) && passes(event);
    }

    private boolean matchesPattern(Channel channel) {
        for (ChannelPattern pattern : request.channels()) {
            if (!pattern.isChannel() && pattern.matches(channel)) {
                return true;
            }
        }
        return false;
    }

    boolean passes(LogEvent event) {
        return unfiltered || request.filter().matches(event.cloudEvent());
    }

    /** Whether a later event of its channel will be read too, and this one need not be. */
    boolean isConflated(Entry entry) {
        if (request.overflow() != Overflow.LATEST) {
            return false;
        }
        for (long next = entry.nextInChannel(); next >= 0 && next < loop.next(); ) {
            Entry later = log.get(next);
            if (later == null || passes(later)) {
                return true;
            }
            next = later.nextInChannel();
        }
        return false;
    }

    /** As that, of an event that has left memory: a newer one is known further on in the same block, or in memory. */
    boolean isConflated(LogEvent event, ColdReader reader) {
        if (request.overflow() != Overflow.LATEST) {
            return false;
        }
        if (reader.hasLaterInBlock(event)) {
            return true;
        }
        ChannelChain chain = log.chain(event.event().channel().name());
        Entry newest = chain == null ? null : log.get(chain.last());
        return newest != null && passes(newest);
    }

    /** The sequence of the next event to look at: who reads one channel goes from event to event of it, others look at each. */
    long after(Entry entry) {
        long from = entry.sequence() + 1;
        if (!request.isSingleChannel()) {
            return from;
        }
        String single = request.singleChannel();
        if (entry.event().channel().name().equals(single)) {
            return orEnd(entry.nextInChannel());
        }
        long next = log.firstOfChannel(single, from);
        // What stood there may have left memory while the chain was followed: reading there finds the gap.
        return log.first() > from ? from : orEnd(next);
    }

    private long orEnd(long sequence) {
        return sequence < 0 ? loop.next() : sequence;
    }
}
