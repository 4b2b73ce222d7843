package dev.sluice.contract.channel;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import java.util.List;

/**
 * Where an event is published: segments joined by {@code .}, at most {@value #MAX_LENGTH} characters, the first segment
 * {@code sluice} reserved. It is the key of the record in Kafka.
 *
 * <p>Immutable; equal by name.
 */
public record Channel(String name) {
    public static final int MAX_LENGTH = 200;

    /** The CloudEvents extension attribute in which a channel travels. */
    public static final String ATTRIBUTE = "channel";

    /** @throws IllegalArgumentException when the name is no legal channel; for input of others use {@link #parse} */
    public Channel {
        Segments.complaint(name, false).ifPresent(complaint -> {
            throw new IllegalArgumentException(complaint);
        });
    }

    /**
     * @param field what to name in the refusal
     * @throws Rejected {@code malformed} when the text is no legal channel, a pattern included
     */
    public static Channel parse(String field, String text) throws Rejected {
        var complaint = Segments.complaint(text, false);
        if (complaint.isPresent()) {
            throw Problem.malformed(field, complaint.get()).rejected();
        }
        return new Channel(text);
    }

    /** Whether a channel may be called so. */
    public static boolean isLegal(String name) {
        return Segments.complaint(name, false).isEmpty();
    }

    public List<String> segments() {
        return Segments.split(name);
    }

    @Override
    public String toString() {
        return name;
    }
}
