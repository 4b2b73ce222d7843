package dev.sluice.contract.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class LikePatternTest {

    @Property(tries = 5_000)
    void shouldMatchWhatTheRegularExpressionMatches(
            @ForAll("symbols") java.util.List<String> symbols, @ForAll("texts") String text) {
        String regex = symbols.stream()
                .map(symbol -> switch (symbol) {
                    case "%" -> ".*";
                    case "_" -> ".";
                    case "\\%" -> "%";
                    case "\\_" -> "_";
                    default -> Pattern.quote(symbol);
                })
                .collect(Collectors.joining());
        assertThat(new LikePattern(String.join("", symbols)).matches(text))
                .isEqualTo(Pattern.compile(regex, Pattern.DOTALL).matcher(text).matches());
    }

    @Provide
    static Arbitrary<java.util.List<String>> symbols() {
        return Arbitraries.of("%", "_", "\\%", "\\_", "a", "b", "😀").list().ofMaxSize(6);
    }

    @Provide
    static Arbitrary<String> texts() {
        return Arbitraries.of("a", "b", "%", "_", "😀", "\n")
                .list()
                .ofMaxSize(6)
                .map(list -> String.join("", list));
    }
}
