package dev.sluice.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
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

    /** Not verified: only good for telling its own holder. */
    private static @Nullable Instant expires(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return null;
        }
        try {
            JsonNode exp =
                    JSON.readTree(Base64.getUrlDecoder().decode(parts[1])).get("exp");
            return exp == null || !exp.canConvertToLong() ? null : Instant.ofEpochSecond(exp.longValue());
        } catch (IOException | IllegalArgumentException | DateTimeException garbled) {
            return null;
        }
    }
}
