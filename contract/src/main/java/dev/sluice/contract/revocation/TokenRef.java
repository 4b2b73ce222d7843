package dev.sluice.contract.revocation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What of a verified token a revocation can name (RFC 7519, section 4.1, and OpenID Connect Front-Channel Logout, section 3). Immutable.
 *
 * @param issuer {@code iss}
 * @param subject {@code sub}: the user, among those of the issuer
 * @param id {@code jti}; null when it has none
 * @param session {@code sid}: what the user signed in to get it; null when it does not say
 * @param issuedAt {@code iat}; null when it does not say
 */
public record TokenRef(
        String issuer,
        String subject,
        @Nullable String id,
        @Nullable String session,
        @Nullable Instant issuedAt) {

    /** Whether it is of the same user. */
    public boolean isSameUser(TokenRef other) {
        return issuer.equals(other.issuer) && subject.equals(other.subject);
    }
}
