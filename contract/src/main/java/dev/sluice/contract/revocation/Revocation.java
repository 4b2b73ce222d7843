package dev.sluice.contract.revocation;

import dev.sluice.contract.time.Times;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Takes back tokens that have not expired. Immutable.
 *
 * @param issuer whose tokens; null for all issuers
 * @param value of the claim that the kind stands for
 * @param before of a user, only tokens that were issued before count: whoever signs in again is welcome. When it was said, in any case. Brought into what {@link Times} allows, so that nobody falls over it.
 */
public record Revocation(@Nullable String issuer, Kind kind, String value, Instant before) {

    /** Whatever the time, it can be calculated with. */
    public Revocation {
        before = Times.within(before);
    }

    /** What it names. */
    public enum Kind {
        /** All tokens of a user: {@code sub}. */
        USER,
        /** All tokens of one signing in: {@code sid}. An edge also closes the connection of this id. */
        SESSION,
        /** One token: {@code jti}. */
        TOKEN
    }

    /** Whether it takes back this token. One that does not say when it was issued is as old as can be. */
    public boolean covers(TokenRef token) {
        if (issuer != null && !issuer.equals(token.issuer())) {
            return false;
        }
        return switch (kind) {
            case USER ->
                value.equals(token.subject())
                        && (token.issuedAt() == null || !token.issuedAt().isAfter(before));
            case SESSION -> value.equals(token.session());
            case TOKEN -> value.equals(token.id());
        };
    }
}
