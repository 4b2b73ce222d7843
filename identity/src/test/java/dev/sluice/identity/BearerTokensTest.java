package dev.sluice.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokensTest {

    private static String token(String payload) {
        return "e30."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(payload.getBytes(StandardCharsets.UTF_8))
                + ".sig";
    }

    @Test
    void shouldSayThatThereIsNone() {
        assertThat(BearerTokens.problem("Authorization", null))
                .isEqualTo(new Problem(Reason.UNAUTHENTICATED, "Authorization", "a bearer token is needed here"));
    }

    @Test
    void shouldSayWhenItHasExpired() {
        Problem problem = BearerTokens.problem("token", token("{\"exp\":1000000000}"));

        assertThat(problem.reason()).isEqualTo(Reason.TOKEN_EXPIRED);
        assertThat(problem.field()).isEqualTo("token");
        assertThat(problem.detail()).contains("2001-09-09T01:46:40Z");
    }

    /** Anybody can send these; none may end in anything but a refusal. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "",
                "5",
                "null",
                "[]",
                "{",
                "{\"exp\":\"soon\"}",
                "{\"exp\":99999999999}",
                "{\"exp\":9223372036854775807}",
                "{\"exp\":-9223372036854775808}",
                "{\"exp\":1e400}"
            })
    void shouldSayThatItIsNotAcceptedWhateverItHolds(String payload) {
        assertThat(BearerTokens.problem("token", token(payload)).reason()).isEqualTo(Reason.UNAUTHENTICATED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "a.b", "a.b.c", "a.%%.c", "a.b.c.d", "..", "a..c"})
    void shouldSayThatItIsGarbled(String token) {
        Problem problem = BearerTokens.problem("token", token);

        assertThat(problem.reason()).isEqualTo(Reason.UNAUTHENTICATED);
        assertThat(problem.detail()).startsWith("the token is garbled");
    }
}
