package dev.sluice.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.contract.encoding.Base64Url;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.time.Times;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jspecify.annotations.Nullable;

/** Tells the holder of a token that was refused what is wrong with it, as far as the token says so itself. */
final class BearerTokens {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Of a signed JWT (RFC 7515, section 3.1). */
    private static final int PARTS = 3;
    /** The claims that are times (RFC 7519, section 4.1; OpenID Connect Core, section 2). */
    private static final List<String> TIMES = List.of("exp", "nbf", "iat", "auth_time");

    private BearerTokens() {}

    /**
     * @param field where the token stood, or should have
     * @param token null when there was none
     */
    static Problem problem(String field, @Nullable String token) {
        if (token == null) {
            return new Problem(Reason.UNAUTHENTICATED, field, "a bearer token is needed here");
        }
        Instant expired = time(token, "exp");
        if (expired != null && expired.isBefore(Instant.now())) {
            return new Problem(Reason.TOKEN_EXPIRED, field, "the token has expired at " + expired);
        }
        return unauthenticated(
                field,
                claims(token).isEmpty()
                        ? "the token is garbled: a signed JWT is needed, three parts of base64url"
                        : "the token is signed in a way, or holds a claim, that is not accepted here");
    }

    /** As {@link #problem(String, String)}, of a token that was looked at, and refused for a reason. */
    static Problem problem(String field, String token, InvalidJwtException invalid) {
        if (invalid.hasErrorCode(ErrorCodes.SIGNATURE_INVALID)) {
            return unauthenticated(field, "the token's signature is not that of its issuer");
        }
        if (invalid.hasErrorCode(ErrorCodes.SIGNATURE_MISSING)) {
            return unauthenticated(field, "the token is not signed");
        }
        if (invalid.hasErrorCode(ErrorCodes.ISSUER_INVALID) || invalid.hasErrorCode(ErrorCodes.ISSUER_MISSING)) {
            return unauthenticated(field, "the token's issuer (iss) is not accepted here");
        }
        if (invalid.hasErrorCode(ErrorCodes.AUDIENCE_INVALID) || invalid.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
            return unauthenticated(field, "the token's audience (aud) does not name this system");
        }
        if (invalid.hasErrorCode(ErrorCodes.EXPIRED)) {
            return new Problem(Reason.TOKEN_EXPIRED, field, "the token has expired at " + time(token, "exp"));
        }
        if (invalid.hasErrorCode(ErrorCodes.NOT_YET_VALID)) {
            return unauthenticated(
                    field,
                    "the token is not valid before " + time(token, "nbf")
                            + " (nbf); the clock of its issuer, or of this host, may be wrong");
        }
        if (invalid.hasErrorCode(ErrorCodes.EXPIRATION_MISSING)) {
            return unauthenticated(field, "the token does not say when it expires (exp)");
        }
        return problem(field, token);
    }

    private static Problem unauthenticated(String field, String detail) {
        return new Problem(Reason.UNAUTHENTICATED, field, detail);
    }

    /**
     * Why a claim that is a time is none: whoever verifies a token calculates with them, and not all numbers can be calculated with. What
     * is a number beyond all times is taken for the nearest one, for ever or always.
     */
    static Optional<Problem> timeProblem(String field, String token) {
        Optional<JsonNode> claims = claims(token);
        if (claims.isPresent()) {
            for (String name : TIMES) {
                JsonNode value = claims.get().get(name);
                if (value != null && !value.isNull() && !isTime(value)) {
                    return Optional.of(unauthenticated(
                            field, "the token's " + name + " is no time: seconds since 1970 are needed, as a number"));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isTime(JsonNode value) {
        return value.isIntegralNumber()
                ? value.canConvertToLong()
                : value.isNumber() && Math.abs(value.asDouble()) < 1e18;
    }

    /** Who the token says has issued it. Not verified: only good for choosing by whose keys it has to be. Empty for what is no signed JWT. */
    static Optional<String> issuer(String token) {
        return claim(token, "iss").filter(JsonNode::isTextual).map(JsonNode::textValue);
    }

    /** Not verified: only good for telling its own holder. */
    private static @Nullable Instant time(String token, String name) {
        return claim(token, name)
                .filter(JsonNode::isNumber)
                .filter(JsonNode::canConvertToLong)
                .map(time -> Times.ofEpochSecond(time.longValue()))
                .orElse(null);
    }

    private static Optional<JsonNode> claim(String token, String name) {
        return claims(token).map(claims -> claims.get(name));
    }

    /** Not verified. Empty for what is no signed JWT, in its one form. */
    static Optional<JsonNode> claims(String token) {
        if (!Base64Url.isCompact(token, PARTS)) {
            return Optional.empty();
        }
        try {
            byte[] payload = Base64Url.decode(token.split("\\.", -1)[1]).orElseThrow();
            return Optional.of(JSON.readTree(payload)).filter(JsonNode::isObject);
        } catch (IOException garbled) {
            return Optional.empty();
        }
    }
}
