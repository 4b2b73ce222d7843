package dev.sluice.fanout.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.contract.cursor.CursorEncoder;
import dev.sluice.contract.filter.EventFilter;
import dev.sluice.fanout.log.LogWriter;
import dev.sluice.fanout.position.PositionBook;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SubscriptionIndexTest {
    private SubscriptionIndex index = new SubscriptionIndex();
    private final HandLoop loop = new HandLoop();
    private final LogWriter log = new LogWriter(LogWriter.ROOMY, 1, 0);
    private final LoopDispatcher dispatcher = new LoopDispatcher(
            loop,
            new EngineParts(
                    log.log(),
                    new FakeColdLog(log),
                    new StartResolver(log.log(), Replica.TOPIC),
                    new LastSearches(new FakeColdLog(log), log.log(), loop),
                    new CursorEncoder(Replica.TOPIC),
                    (time, partitions) -> new CompletableFuture<>(),
                    new PositionBook(10),
                    new SessionMetrics(new SimpleMeterRegistry()),
                    new Admission(ConnectionLimits.NONE),
                    DeliveryListener.NONE,
                    List.of(LineFormat.BODY),
                    Heartbeats.every(Replica.HEARTBEAT),
                    Optional.empty(),
                    Optional.empty(),
                    loop.clock()));

    @Property
    void shouldNameWhoeverHasAPatternThatMatches(
            @ForAll("subscriptions") List<List<ChannelPattern>> wanted,
            @ForAll @Size(min = 1, max = 5) List<@From("channels") Channel> channels) {
        Map<Subscription, List<ChannelPattern>> all = addAll(wanted);

        for (Channel channel : channels) {
            assertThat(named(channel)).isEqualTo(matching(all, channel));
        }
    }

    @Property
    void shouldForgetWhoWasRemovedAndNobodyElse(
            @ForAll("subscriptions") List<List<ChannelPattern>> wanted,
            @ForAll @IntRange(max = 255) int removed,
            @ForAll @Size(min = 1, max = 5) List<@From("channels") Channel> channels) {
        Map<Subscription, List<ChannelPattern>> all = addAll(wanted);
        List<Subscription> order = List.copyOf(all.keySet());
        for (int i = 0; i < order.size(); i++) {
            if ((removed >> i & 1) == 1) {
                remove(order.get(i), all);
            }
        }

        for (Channel channel : channels) {
            assertThat(named(channel)).isEqualTo(matching(all, channel));
        }
        List.copyOf(all.keySet()).forEach(subscription -> remove(subscription, all));
        assertThat(index).usingRecursiveComparison().isEqualTo(new SubscriptionIndex());
    }

    @Property
    void shouldNameEverybodyWhoStaysWhileOthersGo(
            @ForAll("subscriptions") List<List<ChannelPattern>> wanted,
            @ForAll @IntRange(max = 255) int going,
            @ForAll @IntRange(max = 7) int during,
            @ForAll("channels") Channel channel) {
        Map<Subscription, List<ChannelPattern>> all = addAll(wanted);
        List<Subscription> order = List.copyOf(all.keySet());
        var named = new ArrayList<Subscription>();
        index.match(channel.name(), subscription -> {
            if (named.size() == during) {
                for (int i = 0; i < order.size(); i++) {
                    if ((going >> i & 1) == 1) {
                        remove(order.get(i), all);
                    }
                }
            }
            named.add(subscription);
        });

        assertThat(named).containsAll(matching(all, channel));
    }

    private Map<Subscription, List<ChannelPattern>> addAll(List<List<ChannelPattern>> wanted) {
        index = new SubscriptionIndex();
        var all = new HashMap<Subscription, List<ChannelPattern>>();
        for (List<ChannelPattern> patterns : wanted) {
            var request = new SubscriptionRequest(
                    "s",
                    patterns,
                    EventFilter.EVERYTHING,
                    new Start.Live(),
                    Overflow.CATCH_UP,
                    OnGap.CONTINUE,
                    LineFormat.NARROW);
            var session = new Session(
                    "id",
                    new FakeOutlet(),
                    new SessionOptions(LineFormat.NARROW, Replica.TOKEN, null, Replica.ALICE),
                    dispatcher);
            var subscription = new Subscription(session, request, dispatcher, log.log(), 0, null);
            request.channels().forEach(pattern -> index.add(pattern, subscription));
            all.put(subscription, request.channels());
        }
        return all;
    }

    private void remove(Subscription subscription, Map<Subscription, List<ChannelPattern>> all) {
        List<ChannelPattern> patterns = all.remove(subscription);
        if (patterns != null) {
            patterns.forEach(pattern -> index.remove(pattern, subscription));
        }
    }

    private Set<Subscription> named(Channel channel) {
        var named = new HashSet<Subscription>();
        index.match(channel.name(), named::add);
        return named;
    }

    private static Set<Subscription> matching(Map<Subscription, List<ChannelPattern>> all, Channel channel) {
        var matching = new HashSet<Subscription>();
        all.forEach((subscription, patterns) -> {
            if (patterns.stream().anyMatch(pattern -> pattern.matches(channel))) {
                matching.add(subscription);
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
