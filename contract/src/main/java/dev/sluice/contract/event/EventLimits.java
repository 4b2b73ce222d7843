package dev.sluice.contract.event;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;

/**
 * How big events may be (protocol.md, "Publishing").
 *
 * @param eventBytes of one event's data
 * @param batchBytes of the whole body of a batch
 * @param batchEvents in one batch
 */
public record EventLimits(int eventBytes, int batchBytes, int batchEvents) {
    /** All attributes of an event together, in characters, so that they fit the headers of anybody's server. */
    public static final int ATTRIBUTE_CHARACTERS = 16 * 1024;

    public static final EventLimits DEFAULT = new EventLimits(256 * 1024, 1024 * 1024, 500);

    Event check(Event event) throws Rejected {
        if (event.size() > eventBytes) {
            throw tooLarge("data", "an event has at most " + eventBytes + " bytes of data, not " + event.size());
        }
        long attributes = event.id().length()
                + event.source().length()
                + (long) event.type().length();
        for (var extension : event.extensions().entrySet()) {
            attributes += extension.getKey().length() + extension.getValue().length();
        }
        attributes += event.contentType() == null ? 0 : event.contentType().length();
        attributes += event.subject() == null ? 0 : event.subject().length();
        attributes += event.dataSchema() == null ? 0 : event.dataSchema().length();
        if (attributes > ATTRIBUTE_CHARACTERS) {
            throw tooLarge(
                    "attributes", "the attributes of an event have at most " + ATTRIBUTE_CHARACTERS + " characters");
        }
        return event;
    }

    static Rejected tooLarge(String field, String detail) {
        return new Problem(Reason.TOO_LARGE, field, detail)
                .beyond(Limit.EVENT_SIZE)
                .rejected();
    }
}
