package dev.sluice.identity;

import dev.sluice.contract.revocation.TokenRef;
import dev.sluice.identity.permission.Permissions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who holds a verified token, and what it allows. Immutable.
 *
 * @param token which one
 * @param expires when the token is not taken any more: at its expiry, plus the clock skew that is allowed for; null for never
 */
public record Caller(
        TokenRef token, Permissions permissions, @Nullable Instant expires) {

    public String issuer() {
        return token.issuer();
    }

    /** The user, among those of the issuer. */
    public String subject() {
        return token.subject();
    }

    /** Whether this is the same user, whatever the token allows now. */
    public boolean isSameUser(Caller other) {
        return token.isSameUser(other.token);
    }

    /** The {@code source} of events that this caller posts without naming one. */
    public String source() {
        return "/users/" + URLEncoder.encode(subject(), StandardCharsets.UTF_8).replace("+", "%20");
    }
}
