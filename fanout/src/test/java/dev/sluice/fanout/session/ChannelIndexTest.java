package dev.sluice.fanout.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.channel.ChannelPattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ChannelIndexTest {
    private ChannelIndex<Object> index = new ChannelIndex<>();

    @Property
    void shouldNameWhoeverHasAPatternThatMatches(
            @ForAll("subscriptions") List<List<ChannelPattern>> wanted,
            @ForAll @Size(min = 1, max = 5) List<@From("channels") Channel> channels) {
        Map<Object, List<ChannelPattern>> all = addAll(wanted);

        for (Channel channel : channels) {
            assertThat(named(channel)).isEqualTo(matching(all, channel));
        }
    }

    @Property
    void shouldForgetWhoWasRemovedAndNobodyElse(
            @ForAll("subscriptions") List<List<ChannelPattern>> wanted,
            @ForAll @IntRange(max = 255) int removed,
            @ForAll @Size(min = 1, max = 5) List<@From("channels") Channel> channels) {
        Map<Object, List<ChannelPattern>> all = addAll(wanted);
        List<Object> order = List.copyOf(all.keySet());
        for (int i = 0; i < order.size(); i++) {
            if ((removed >> i & 1) == 1) {
                remove(order.get(i), all);
            }
        }

        for (Channel channel : channels) {
            assertThat(named(channel)).isEqualTo(matching(all, channel));
        }
        List.copyOf(all.keySet()).forEach(audience -> remove(audience, all));
        assertThat(index).usingRecursiveComparison().isEqualTo(new ChannelIndex<>());
    }

    @Property
    void shouldNameEverybodyWhoStaysWhileOthersGo(
            @ForAll("subscriptions") List<List<ChannelPattern>> wanted,
            @ForAll @IntRange(max = 255) int going,
            @ForAll @IntRange(max = 7) int during,
            @ForAll("channels") Channel channel) {
        Map<Object, List<ChannelPattern>> all = addAll(wanted);
        List<Object> order = List.copyOf(all.keySet());
        var named = new ArrayList<Object>();
        index.match(channel.name(), audience -> {
            if (named.size() == during) {
                for (int i = 0; i < order.size(); i++) {
                    if ((going >> i & 1) == 1) {
                        remove(order.get(i), all);
                    }
                }
            }
            named.add(audience);
        });

        assertThat(named).containsAll(matching(all, channel));
    }

    private Map<Object, List<ChannelPattern>> addAll(List<List<ChannelPattern>> wanted) {
        index = new ChannelIndex<>();
        var all = new HashMap<Object, List<ChannelPattern>>();
        for (List<ChannelPattern> patterns : wanted) {
            var audience = new Object();
            List<ChannelPattern> distinct = patterns.stream().distinct().toList();
            distinct.forEach(pattern -> index.add(pattern, audience));
            all.put(audience, distinct);
        }
        return all;
    }

    private void remove(Object audience, Map<Object, List<ChannelPattern>> all) {
        List<ChannelPattern> patterns = all.remove(audience);
        if (patterns != null) {
            patterns.forEach(pattern -> index.remove(pattern, audience));
        }
    }

    private Set<Object> named(Channel channel) {
        var named = new HashSet<Object>();
        index.match(channel.name(), named::add);
        return named;
    }

    private static Set<Object> matching(Map<Object, List<ChannelPattern>> all, Channel channel) {
        var matching = new HashSet<Object>();
        all.forEach((audience, patterns) -> {
            if (patterns.stream().anyMatch(pattern -> pattern.matches(channel))) {
                matching.add(audience);
            }
        });
        return matching;
    }

    @Provide
    static Arbitrary<List<List<ChannelPattern>>> subscriptions() {
        return patterns().list().ofMinSize(1).ofMaxSize(3).list().ofMaxSize(8);
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

    static Arbitrary<ChannelPattern> patterns() {
        Arbitrary<List<String>> head =
                Arbitraries.of("a", "b", "ab", "*").list().ofMaxSize(3);
        Arbitrary<String> tail = Arbitraries.of("a", "b", "ab", "*", "**");
        return Combinators.combine(head, tail)
                .as((first, last) -> new ChannelPattern(first.isEmpty() ? last : String.join(".", first) + "." + last));
    }
}
