package dev.sluice.contract.channel;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import java.util.List;

/**
 * What a client subscribes to and what a permission grants: a channel in which {@code *} stands for exactly one segment
 * and a final {@code **} for one or more. A plain channel is a pattern too, one that matches only itself.
 *
 * <p>Immutable; equal by text.
 */
public record ChannelPattern(String text) {

    /** Matches every channel. */
    public static final ChannelPattern EVERYTHING = new ChannelPattern(Segments.REST);

    /** @throws IllegalArgumentException when the text is no legal pattern; for input of others use {@link #parse} */
    public ChannelPattern {
        Segments.complaint(text, true).ifPresent(complaint -> {
            throw new IllegalArgumentException(complaint);
        });
    }

    /** @throws Rejected {@code malformed}, naming the field, when the text is no legal channel or pattern */
    public static ChannelPattern parse(String field, String text) throws Rejected {
        var complaint = Segments.complaint(text, true);
        if (complaint.isPresent()) {
            throw Problem.malformed(field, complaint.get()).rejected();
        }
        return new ChannelPattern(text);
    }

    /** Whether this names exactly one channel. */
    public boolean isChannel() {
        return text.indexOf('*') < 0 || segments().stream().noneMatch(ChannelPattern::isWildcard);
    }

    public List<String> segments() {
        return Segments.split(text);
    }

    public boolean matches(Channel channel) {
        return covers(segments(), channel.segments());
    }

    /** Whether every channel that the other matches is matched by this one too. */
    public boolean covers(ChannelPattern other) {
        return covers(segments(), other.segments());
    }

    private static boolean covers(List<String> wide, List<String> narrow) {
        for (int i = 0; i < wide.size(); i++) {
            if (i >= narrow.size()) {
                return false;
            }
            String segment = wide.get(i);
            if (segment.equals(Segments.REST)) {
                return true;
            }
            String other = narrow.get(i);
            boolean same = segment.equals(other);
            boolean one = segment.equals(Segments.ONE) && !other.equals(Segments.REST);
            if (!same && !one) {
                return false;
            }
        }
        return narrow.size() == wide.size();
    }

    private static boolean isWildcard(String segment) {
        return segment.equals(Segments.ONE) || segment.equals(Segments.REST);
    }

    @Override
    public String toString() {
        return text;
    }
}
