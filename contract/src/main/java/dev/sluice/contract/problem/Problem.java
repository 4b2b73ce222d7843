package dev.sluice.contract.problem;

import org.jspecify.annotations.Nullable;

/**
 * One refusal: the reason, what it is about, and a sentence for the human who reads it. Immutable, safe on any thread.
 *
 * @param field the parameter, attribute, header or member that is wrong; null when it is about the request as a whole
 * @param detail what is wrong and what would be right; holds no token and no payload
 * @param limit which bound was hit; null when it was none. It is for metrics and never told
 */
public record Problem(
        Reason reason,
        @Nullable String field,
        String detail,
        @Nullable Limit limit) {

    public Problem(Reason reason, @Nullable String field, String detail) {
        this(reason, field, detail, null);
    }

    public static Problem of(Reason reason, String detail) {
        return new Problem(reason, null, detail);
    }

    public static Problem malformed(String field, String detail) {
        return new Problem(Reason.MALFORMED, field, detail);
    }

    public static Problem forbidden(String field, String detail) {
        return new Problem(Reason.FORBIDDEN, field, detail);
    }

    /** The same, because a bound was hit. */
    public Problem beyond(Limit hit) {
        return new Problem(reason, field, detail, hit);
    }

    /** For {@code throw problem.rejected()}. */
    public Rejected rejected() {
        return new Rejected(this);
    }
}
