package dev.sluice.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells the holder of a token that was refused what is wrong with it, as far as the token says so itself. */
final class BearerTokens {
    private static final ObjectMapper JSON = new ObjectMapper();

    private BearerTokens() {}

    /**
     * @param field where the token stood, or should have
     * @param token null when there was none
     */
    static Problem problem(String field, @Nullable String token) {
        if (token == null) {
            return new Problem(Reason.UNAUTHENTICATED, field, "a bearer token is needed here");
        }
        Instant expired = expires(token);
        if (expired != null && expired.isBefore(Instant.now())) {
            return new Problem(Reason.TOKEN_EXPIRED, field, "the token has expired at " + expired);
        }
        return new Problem(
                Reason.UNAUTHENTICATED,
                field,
                "the token is garbled, or its issuer, signature or audience is not accepted here");
    }

    /** Who the token says has issued it. Not verified: only good for choosing by whose keys it has to be. Empty for what is no signed JWT. */
    static Optional<String> issuer(String token) {
        return claim(token, "iss").filter(JsonNode::isTextual).map(JsonNode::textValue);
    }

    /** Not verified: only good for telling its own holder. */
    private static @Nullable Instant expires(String token) {
        try {
            return claim(token, "exp")
                    .filter(JsonNode::canConvertToLong)
                    .map(exp -> Instant.ofEpochSecond(exp.longValue()))
                    .orElse(null);
        } catch (DateTimeException noTime) {
            return null;
        }
    }

    private static Optional<JsonNode> claim(String token, String name) {
        return claims(token).map(claims -> claims.get(name));
    }

    /** Not verified. Empty for what is no signed JWT. */
    static Optional<JsonNode> claims(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(JSON.readTree(Base64.getUrlDecoder().decode(parts[1])));
        } catch (IOException | IllegalArgumentException garbled) {
            return Optional.empty();
        }
    }
}
