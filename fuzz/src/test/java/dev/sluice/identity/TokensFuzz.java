package dev.sluice.identity;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sluice.contract.encoding.Base64Url;
import java.nio.charset.StandardCharsets;

/** What is read of a token before it is verified, which anybody can send: a refusal at most. */
public final class TokensFuzz {
    private TokensFuzz() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        String token = data.consumeBoolean()
                ? data.consumeRemainingAsString()
                : "e30."
                        + Base64Url.encode(
                                ("{\"" + data.pickValue(new String[] {"exp", "nbf", "iat", "auth_time", "iss"}) + "\":"
                                                + data.consumeRemainingAsString() + "}")
                                        .getBytes(StandardCharsets.UTF_8))
                        + ".AA";
        if (BearerTokens.problem("token", token).detail().isBlank()
                || BearerTokens.timeProblem("token", token)
                        .filter(problem -> problem.detail().isBlank())
                        .isPresent()) {
            throw new AssertionError("refused without a word: " + token);
        }
        if (BearerTokens.issuer(token).isPresent() && !Base64Url.isCompact(token, 3)) {
            throw new AssertionError("two texts for one token: " + token);
        }
    }
}
