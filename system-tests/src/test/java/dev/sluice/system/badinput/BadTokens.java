package dev.sluice.system.badinput;

import dev.sluice.local.identity.TokenRequest;
import dev.sluice.system.stack.Sluice;
import java.util.function.Function;

/** Tokens that nobody may come in with. */
enum BadTokens {
    MISSING("unauthenticated", sluice -> ""),
    NO_JWT("unauthenticated", sluice -> "garbage"),
    GARBLED("unauthenticated", sluice -> "garbled" + sluice.token("alice").substring(7)),
    WITHOUT_SIGNATURE("unauthenticated", sluice -> sluice.token("alice").replaceFirst("\\.[^.]*$", ".")),
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

    String token(Sluice sluice) {
        return token.apply(sluice);
    }

    String reason() {
        return reason;
    }
}
