package dev.sluice.local.identity;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A token of any shape, also of shapes that must be refused. Immutable; each method answers a changed copy.
 *
 * @param subject the user
 * @param roles become the claim {@code roles}
 * @param ttl from now on; negative for a token that has expired
 * @param audience the claim {@code aud}
 * @param issuer last path segment of the claim {@code iss}
 * @param key the issuer whose key signs
 * @param claims further claims; they win over all others. Values are JSON values: strings, numbers, booleans, lists, maps
 */
public record TokenRequest(
        String subject,
        List<String> roles,
        Duration ttl,
        List<String> audience,
        String issuer,
        String key,
        Map<String, Object> claims) {

    /** The issuer that the services trust. */
    public static final String ISSUER = "sluice";

    /** The audience that the services ask for. */
    public static final String AUDIENCE = "sluice";

    /** Long enough for a working day. */
    public static final Duration DEFAULT_TTL = Duration.ofHours(12);

    public TokenRequest {
        roles = List.copyOf(roles);
        audience = List.copyOf(audience);
        claims = Map.copyOf(claims);
    }

    /** A good token of the user, without roles. */
    public static TokenRequest of(String subject) {
        return new TokenRequest(subject, List.of(), DEFAULT_TTL, List.of(AUDIENCE), ISSUER, ISSUER, Map.of());
    }

    /** Adds a role. */
    public TokenRequest role(String role) {
        var more = new ArrayList<>(roles);
        more.add(role);
        return new TokenRequest(subject, more, ttl, audience, issuer, key, claims);
    }

    /** Good for that long from now on; negative for one that has expired. */
    public TokenRequest ttl(Duration newTtl) {
        return new TokenRequest(subject, roles, newTtl, audience, issuer, key, claims);
    }

    /** Expired an hour ago. */
    public TokenRequest expired() {
        return ttl(Duration.ofHours(-1));
    }

    /** Meant for somebody else, or for several. */
    public TokenRequest audience(String... newAudience) {
        return new TokenRequest(subject, roles, ttl, List.of(newAudience), issuer, key, claims);
    }

    /** Issued, and validly signed, by another issuer of the same provider. */
    public TokenRequest issuer(String newIssuer) {
        return new TokenRequest(subject, roles, ttl, audience, newIssuer, newIssuer, claims);
    }

    /** Signed with another issuer's key, whatever {@code iss} says. */
    public TokenRequest signedBy(String otherIssuer) {
        return new TokenRequest(subject, roles, ttl, audience, issuer, otherIssuer, claims);
    }

    /** Adds or replaces a claim, for example {@code sluice} with a map of {@code subscribe}, {@code publish}, {@code filter}. */
    public TokenRequest claim(String name, Object value) {
        var more = new LinkedHashMap<>(claims);
        more.put(name, value);
        return new TokenRequest(subject, roles, ttl, audience, issuer, key, more);
    }
}
