package dev.sluice.system.fault;

import java.util.ArrayList;
import java.util.List;

/**
 * What the {@link Checker} found.
 *
 * @param delivered events that clients received, repeats not counted
 * @param missing events that a client should have received, and no gap told it of
 * @param repeated events that a client received again
 * @param outOfOrder events that came after one of their channel that was acknowledged later
 * @param gaps that clients were told
 * @param lost events that the log no longer had and that a gap told of
 * @param strange all else that must not be: events nobody sent or the client did not ask for, gaps without a cause, refusals
 * @param findings in words, one for each event that is missing, repeated, out of order or strange
 */
record Verdict(
        int delivered,
        int missing,
        int repeated,
        int outOfOrder,
        int gaps,
        int lost,
        int strange,
        List<String> findings) {

    static final Verdict NONE = new Verdict(0, 0, 0, 0, 0, 0, 0, List.of());

    Verdict {
        findings = List.copyOf(findings);
    }

    Verdict and(Verdict other) {
        var both = new ArrayList<>(findings);
        both.addAll(other.findings);
        return new Verdict(
                delivered + other.delivered,
                missing + other.missing,
                repeated + other.repeated,
                outOfOrder + other.outOfOrder,
                gaps + other.gaps,
                lost + other.lost,
                strange + other.strange,
                both);
    }
}
