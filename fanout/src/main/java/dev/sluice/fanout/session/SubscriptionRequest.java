package dev.sluice.fanout.session;

import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.contract.filter.EventFilter;
import dev.sluice.fanout.position.Durable;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to read, from where on, and in which form. What the token allows was checked before, but for its filter, which is
 * part of {@code filter}.
 *
 * @param name unique in the session
 * @param channels at least one; an event that several of them match is delivered once
 * @param start when it is durable, only for as long as its name has no position
 * @param durable null unless it is an acknowledged subscription
 * @param heartbeat how often it wants to hear of its connection; null: as often as the server likes
 */
public record SubscriptionRequest(
        String name,
        List<ChannelPattern> channels,
        EventFilter filter,
        Start start,
        Overflow overflow,
        OnGap onGap,
        FrameFormat format,
        @Nullable Durable durable,
        @Nullable Duration heartbeat) {

    /** One that leaves the pace to the server. */
    public SubscriptionRequest(
            String name,
            List<ChannelPattern> channels,
            EventFilter filter,
            Start start,
            Overflow overflow,
            OnGap onGap,
            FrameFormat format,
            @Nullable Durable durable) {
        this(name, channels, filter, start, overflow, onGap, format, durable, null);
    }

    /** One whose position is the client's business. */
    public SubscriptionRequest(
            String name,
            List<ChannelPattern> channels,
            EventFilter filter,
            Start start,
            Overflow overflow,
            OnGap onGap,
            FrameFormat format) {
        this(name, channels, filter, start, overflow, onGap, format, null);
    }

    public SubscriptionRequest {
        channels = channels.stream().distinct().toList();
        if (channels.isEmpty()) {
            throw new IllegalArgumentException("a subscription needs a channel");
        }
    }

    /** Whether it reads one channel only, so that one partition's position says where it stands. */
    boolean isSingleChannel() {
        return channels.size() == 1 && channels.get(0).isChannel();
    }

    /** That channel. */
    String singleChannel() {
        return channels.get(0).text();
    }
}
