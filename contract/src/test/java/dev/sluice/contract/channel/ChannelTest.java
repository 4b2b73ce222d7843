package dev.sluice.contract.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.contract.problem.Rejected;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelTest {
    /** The grammar of protocol.md, written down a second time. */
    private static final Pattern LEGAL =
            Pattern.compile("(?!sluice(\\.|$))[!-~&&[^.*,/{}\"]]+(\\.[!-~&&[^.*,/{}\"]]+)*");

    @Property
    void shouldTakeWhatTheGrammarTakes(@ForAll @CharRange(from = ' ', to = 127) @StringLength(max = 12) String name) {
        assertThat(Channel.isLegal(name)).isEqualTo(LEGAL.matcher(name).matches());
    }

    @Property
    void shouldNeverThrowAnythingElse(@ForAll String name) {
        var refusal = catchThrowableOfType(Rejected.class, () -> Channel.parse("channel", name));
        assertThat(refusal == null).isEqualTo(Channel.isLegal(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "orders.42", "users.alice@example.com", "prices.eur-usd", "a.sluice", "sluices.a", "%2A"})
    void shouldTakeLegalNames(String name) throws Rejected {
        assertThat(Channel.parse("channel", name)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "a.", ".a", "a..b", "sluice", "sluice.a", "*", "a.**", "a b", "ü", "a/b", "a\u0000"})
    void shouldNameTheFieldOfIllegalOnes(String name) {
        var refusal = catchThrowableOfType(Rejected.class, () -> Channel.parse("channel", name));
        assertThat(refusal.problem().field()).isEqualTo("channel");
        assertThat(refusal.problem().detail()).isNotBlank();
        assertThatThrownBy(() -> new Channel(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 200})
    void shouldTakeNamesUpToTheLimit(int length) {
        assertThat(Channel.isLegal("a".repeat(length))).isTrue();
        assertThat(Channel.isLegal("a".repeat(length + 200))).isFalse();
    }
}
