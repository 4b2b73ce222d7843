package dev.sluice.system.badinput;

import dev.sluice.local.identity.TokenRequest;
import dev.sluice.system.stack.Sluice;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.function.Function;

/** Tokens that nobody may come in with. */
enum BadTokens {
    MISSING("unauthenticated", sluice -> ""),
    NO_JWT("unauthenticated", sluice -> "garbage"),
    GARBLED("unauthenticated", sluice -> "garbled" + sluice.token("alice").substring(7)),
    WITHOUT_SIGNATURE("unauthenticated", sluice -> sluice.token("alice").replaceFirst("\\.[^.]*$", ".")),
    UNSIGNED("unauthenticated", sluice -> unsigned(sluice.token("alice"))),
    NOT_YET_VALID(
            "unauthenticated",
            sluice -> sluice.mint(TokenRequest.of("alice")
                    .claim("nbf", Instant.now().plus(Duration.ofHours(1)).getEpochSecond()))),
    EXPIRED("token-expired", sluice -> sluice.mint(TokenRequest.of("alice").expired())),
    OF_ANOTHER_ISSUER(
            "unauthenticated", sluice -> sluice.mint(TokenRequest.of("alice").issuer("elsewhere"))),
    FORGED("unauthenticated", sluice -> sluice.mint(TokenRequest.of("alice").signedBy("elsewhere"))),
    FOR_ANOTHER_AUDIENCE(
            "unauthenticated", sluice -> sluice.mint(TokenRequest.of("alice").audience("others")));

    private final String reason;
    private final Function<Sluice, String> token;

    BadTokens(String reason, Function<Sluice, String> token) {
        this.reason = reason;
        this.token = token;
    }

    /** RFC 7519, section 6: a token that says of itself that it needs no signature. */
    private static String unsigned(String token) {
        var header = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.US_ASCII));
        return header + token.substring(token.indexOf('.'), token.lastIndexOf('.') + 1);
    }

    String token(Sluice sluice) {
        return token.apply(sluice);
    }

    String reason() {
        return reason;
    }
}
