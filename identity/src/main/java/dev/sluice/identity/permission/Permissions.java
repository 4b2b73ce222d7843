package dev.sluice.identity.permission;

import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.contract.filter.EventFilter;
import dev.sluice.contract.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one token allows: where to subscribe, where to publish, and which events of those it may see at all. Immutable, safe
 * on any thread. Nothing granted means nothing allowed.
 *
 * <p>A pattern is allowed when one single grant covers it. Then every event that it can ever match is allowed too, so that
 * nothing but the filter is left to check per event.
 *
 * @param filter what every event has to pass on top ({@link EventFilter#EVERYTHING} when the token says nothing)
 */
public record Permissions(List<ChannelPattern> subscribe, List<ChannelPattern> publish, EventFilter filter) {

    public static final Permissions NONE = new Permissions(List.of(), List.of(), EventFilter.EVERYTHING);

    public Permissions {
        subscribe = List.copyOf(subscribe);
        publish = List.copyOf(publish);
    }

    /** The refusal, or empty when the token allows to receive all that the pattern matches. */
    public Optional<Problem> refuseSubscribe(String field, ChannelPattern requested) {
        return subscribe.stream().anyMatch(grant -> grant.covers(requested))
                ? Optional.empty()
                : Optional.of(Problem.forbidden(field, "the token does not allow to subscribe to '" + requested + "'"));
    }

    /** The refusal, or empty when the token allows to publish there. */
    public Optional<Problem> refusePublish(String field, Channel channel) {
        return publish.stream().anyMatch(grant -> grant.matches(channel))
                ? Optional.empty()
                : Optional.of(Problem.forbidden(field, "the token does not allow to publish to '" + channel + "'"));
    }

    /** What both allow together; an event has to pass both filters. */
    public Permissions plus(Permissions other) {
        var allSubscribe = new ArrayList<>(subscribe);
        allSubscribe.addAll(other.subscribe);
        var allPublish = new ArrayList<>(publish);
        allPublish.addAll(other.publish);
        return new Permissions(allSubscribe, allPublish, filter.and(other.filter));
    }
}
