package dev.sluice.contract.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ChannelPatternTest {

    @Property
    void shouldMatchWhatTheRegularExpressionMatches(
            @ForAll("patterns") ChannelPattern pattern, @ForAll("channels") Channel channel) {
        assertThat(pattern.matches(channel))
                .isEqualTo(regex(pattern).matcher(channel.name()).matches());
    }

    @Property
    void shouldCoverOnlyWhatItMatches(
            @ForAll("patterns") ChannelPattern wide,
            @ForAll("patterns") ChannelPattern narrow,
            @ForAll("channels") Channel channel) {
        if (wide.covers(narrow) && narrow.matches(channel)) {
            assertThat(wide.matches(channel)).isTrue();
        }
    }

    @Property
    void shouldCoverEveryChannelThatItMatches(
            @ForAll("patterns") ChannelPattern pattern, @ForAll("channels") Channel channel) {
        assertThat(pattern.covers(new ChannelPattern(channel.name()))).isEqualTo(pattern.matches(channel));
    }

    @Property
    void shouldCoverItself(@ForAll("patterns") ChannelPattern pattern) {
        assertThat(pattern.covers(pattern)).isTrue();
        assertThat(ChannelPattern.EVERYTHING.covers(pattern)).isTrue();
    }

    /** The other way round: when every channel that the narrow one matches is matched by the wide one, it is covered. */
    @Property
    void shouldNotCoverWhatMatchesMore(
            @ForAll("patterns") ChannelPattern wide, @ForAll("patterns") ChannelPattern narrow) {
        if (!wide.covers(narrow)) {
            // A segment that stands in no pattern, and as many of them as make any difference.
            boolean more = java.util.stream.IntStream.rangeClosed(1, 6)
                    .mapToObj(rest -> narrow.segments().stream()
                            .map(segment -> switch (segment) {
                                case "*" -> "fresh";
                                case "**" -> "fresh" + ".fresh".repeat(rest - 1);
                                default -> segment;
                            })
                            .collect(Collectors.joining(".")))
                    .anyMatch(example -> !wide.matches(new Channel(example)));
            assertThat(more).isTrue();
        }
    }

    private static Pattern regex(ChannelPattern pattern) {
        return Pattern.compile(pattern.segments().stream()
                .map(segment -> switch (segment) {
                    case "*" -> "[^.]+";
                    case "**" -> "[^.]+(\\.[^.]+)*";
                    default -> Pattern.quote(segment);
                })
                .collect(Collectors.joining("\\.")));
    }

    /** Few letters, so that patterns and channels meet often. */
    @Provide
    static Arbitrary<Channel> channels() {
        return Arbitraries.of("a", "b", "ab")
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(segments -> new Channel(String.join(".", segments)));
    }

    @Provide
    static Arbitrary<ChannelPattern> patterns() {
        Arbitrary<String> head = Arbitraries.of("a", "b", "ab", "*")
                .list()
                .ofMaxSize(3)
                .map(segments -> segments.stream().map(s -> s + ".").collect(Collectors.joining()));
        Arbitrary<String> tail = Arbitraries.of("a", "b", "ab", "*", "**");
        return net.jqwik.api.Combinators.combine(head, tail).as((h, t) -> new ChannelPattern(h + t));
    }
}
