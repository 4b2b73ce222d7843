package dev.sluice.fanout.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.channel.ChannelPattern;
import dev.sluice.contract.event.Event;
import dev.sluice.contract.filter.EventFilter;
import dev.sluice.fanout.log.LogWriter;
import dev.sluice.fanout.log.RecentLog;
import dev.sluice.fanout.log.RecentLogLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * The guarantee of the product, as a property: whoever comes back with a cursor, at whatever replica, gets exactly what it has
 * not had, in order per channel.
 */
class ResumeTest {
    private static final List<String> CHANNELS = List.of("a", "b", "a.x", "a.y", "b.x", "b.x.z");
    private static final RecentLogLimits EIGHT = new RecentLogLimits(1L << 40, 8, Duration.ofDays(1));
    private static final EventFilter EVEN = Replica.type("even");

    /** One partition's records, in its order; type {@code none} is a record that is no event. */
    record Topic(List<List<Event>> partitions) {

        List<Event> wanted(Wish wish) {
            return partitions.stream()
                    .flatMap(List::stream)
                    .filter(event -> !event.type().equals("none") && wish.wants(event))
                    .toList();
        }
    }

    record Wish(List<ChannelPattern> channels, boolean evenOnly) {

        boolean wants(Event event) {
            return channels.stream().anyMatch(pattern -> pattern.matches(event.channel()))
                    && (!evenOnly || event.type().equals("even"));
        }

        Replica.Client connect(Replica replica, Start start) {
            var client = replica.connect();
            client.filter = evenOnly ? EVEN : EventFilter.EVERYTHING;
            return client.subscribe("s", start, channels);
        }
    }

    /** Reads the topic in an order of its own, and hands it out in pieces of its own. */
    private static final class Reader {
        final Replica replica;
        final Topic topic;
        final Random random;
        final int[] next;

        Reader(Topic topic, long seed) {
            this(topic, seed, LogWriter.ROOMY);
        }

        Reader(Topic topic, long seed, RecentLogLimits limits) {
            this.topic = topic;
            this.random = new Random(seed);
            this.next = new int[topic.partitions().size()];
            this.replica = new Replica(limits, new long[next.length]);
            this.replica.cold.ends =
                    topic.partitions().stream().mapToLong(List::size).toArray();
        }

        /** At most so many records. */
        void read(int records) {
            for (int i = 0; i < records; i++) {
                List<Integer> open = new ArrayList<>();
                for (int p = 0; p < next.length; p++) {
                    if (next[p] < topic.partitions().get(p).size()) {
                        open.add(p);
                    }
                }
                if (open.isEmpty()) {
                    break;
                }
                int partition = open.get(random.nextInt(open.size()));
                Event event = topic.partitions().get(partition).get(next[partition]++);
                if (event.type().equals("none")) {
                    replica.log.skip(partition);
                } else {
                    replica.log.append(partition, event);
                }
                if (random.nextInt(3) == 0) {
                    replica.publish();
                }
            }
            replica.publish();
        }

        void readAll() {
            read(Integer.MAX_VALUE);
        }
    }

    @Property(tries = 300)
    void shouldResumeExactlyAfterEachCursorAtAnyReplica(
            @ForAll("topics") Topic topic, @ForAll("wishes") Wish wish, @ForAll long seed) {
        var random = new Random(seed);
        var first = new Reader(topic, random.nextLong());
        Replica.Client client = wish.connect(first.replica, new Start.Live());
        first.readAll();
        first.replica.loop.pass(Replica.HEARTBEAT);
        assertComplete(topic, wish, client.socket.events(), List.of());

        List<Frame> frames = new ArrayList<>(client.socket.frames);
        frames.add(0, new Frame("open", "s", "", "", client.started.get(0)));
        for (int cut = 0; cut < frames.size(); cut++) {
            List<Frame> had =
                    frames.subList(0, cut + 1).stream().filter(Frame::isEvent).toList();
            // Perhaps behind the one that the cursor is from.
            var second = new Reader(topic, random.nextLong());
            second.read(random.nextInt(size(topic) + 1));
            Replica.Client back =
                    wish.connect(second.replica, Replica.after(frames.get(cut).cursor()));
            assertThat(back.refused).isEmpty();
            second.read(random.nextInt(size(topic) + 1));
            String again = back.cursor();
            List<Frame> hadByThen = join(had, back.socket.events());
            second.readAll();
            second.replica.loop.pass(Replica.HEARTBEAT);
            assertComplete(topic, wish, had, back.socket.events());
            assertThat(back.socket.of("gap")).isEmpty();

            // And a third time, from where it stood in between.
            var third = new Reader(topic, random.nextLong());
            third.read(random.nextInt(size(topic) + 1));
            Replica.Client onceMore = wish.connect(third.replica, Replica.after(again));
            third.readAll();
            assertComplete(topic, wish, hadByThen, onceMore.socket.events());
        }
    }

    @Property(tries = 300)
    void shouldDeliverExactlyOnceToAClientWhoseSocketFillsAndDrains(
            @ForAll("topics") Topic topic, @ForAll("wishes") Wish wish, @ForAll long seed) {
        var random = new Random(seed);
        var reader = new Reader(topic, random.nextLong());
        var client = reader.replica.connect();
        client.format = LineFormat.WIDE;
        client.filter = wish.evenOnly() ? EVEN : EventFilter.EVERYTHING;
        client.subscribe("s", new Start.Live(), wish.channels());
        for (int i = 0; i < 20; i++) {
            switch (random.nextInt(4)) {
                case 0 -> client.socket.room = 0;
                case 1 -> client.drain(random.nextInt(4));
                case 2 -> reader.replica.loop.pass(Replica.HEARTBEAT);
                default -> reader.read(random.nextInt(6));
            }
        }
        String cursor = client.cursor();
        List<Frame> had = List.copyOf(client.socket.events());
        reader.readAll();
        client.drain(Integer.MAX_VALUE);
        assertComplete(topic, wish, client.socket.events(), List.of());

        var other = new Reader(topic, random.nextLong());
        Replica.Client back = wish.connect(other.replica, Replica.after(cursor));
        other.readAll();
        assertComplete(topic, wish, had, back.socket.events());
    }

    /**
     * The handover between Kafka, memory and live: whatever the order in which the tail, the loop, the socket and Kafka's answers take
     * their turns. The scheduler is the test's, so that a failure can be repeated with its seed.
     */
    @Property(tries = 400)
    void shouldResumeExactlyFromKafkaWhoeverHasItsTurn(
            @ForAll("topics") Topic topic, @ForAll("wishes") Wish wish, @ForAll long seed) {
        var random = new Random(seed);
        var first = new Reader(topic, random.nextLong());
        Replica.Client client = wish.connect(first.replica, new Start.Live());
        String start = client.cursor();
        first.readAll();
        List<Frame> events = client.socket.events();
        int cut = random.nextInt(events.size() + 1);
        String cursor = cut == 0 ? start : events.get(cut - 1).cursor();

        var small = new Reader(topic, random.nextLong(), EIGHT);
        small.replica.cold.answersAtOnce = false;
        small.read(random.nextInt(size(topic) + 1));
        Replica.Client back = wish.connect(small.replica, Replica.after(cursor));
        for (int i = 0; i < 60; i++) {
            switch (random.nextInt(6)) {
                case 0 -> back.socket.room = random.nextInt(3);
                case 1 -> {
                    back.socket.room = 1 + random.nextInt(3);
                    back.session.drained();
                }
                case 2 -> small.read(random.nextInt(4));
                case 3 -> small.replica.cold.answerOne();
                case 4 -> small.replica.loop.runOne();
                default -> small.replica.loop.pass(Replica.HEARTBEAT.dividedBy(16));
            }
        }
        // It leaves at any moment, and goes on at a third replica from where it stood by what it had been told.
        String stood = back.cursor();
        List<Frame> hadByThen = join(events.subList(0, cut), back.socket.events());
        small.readAll();
        back.drain(Integer.MAX_VALUE);
        while (small.replica.cold.answerOne()) {
            small.replica.loop.run();
        }
        small.replica.loop.pass(Replica.HEARTBEAT);
        assertComplete(topic, wish, events.subList(0, cut), back.socket.events());
        assertThat(back.socket.of("gap")).isEmpty();

        var third = new Reader(topic, random.nextLong(), EIGHT);
        third.read(random.nextInt(size(topic) + 1));
        Replica.Client onceMore = wish.connect(third.replica, Replica.after(stood));
        third.readAll();
        assertComplete(topic, wish, hadByThen, onceMore.socket.events());
    }

    @Property(tries = 200)
    void shouldTellAGapOrLoseNothingWhateverTheLogStillHas(
            @ForAll("topics") Topic topic, @ForAll("wishes") Wish wish, @ForAll long seed) {
        var random = new Random(seed);
        var first = new Reader(topic, random.nextLong());
        Replica.Client client = wish.connect(first.replica, new Start.Live());
        String start = client.cursor();
        first.readAll();
        var small = new Reader(topic, random.nextLong(), EIGHT);
        small.readAll();
        small.replica.cold.begin = topic.partitions().stream()
                .mapToLong(records -> random.nextInt(records.size() + 1))
                .toArray();
        Replica.Client back = wish.connect(small.replica, Replica.after(start));

        assertOrdered(topic, back.socket.events());
        assertThat(back.socket.of("gap")).hasSizeLessThanOrEqualTo(1);
        if (back.socket.of("gap").isEmpty()) {
            assertComplete(topic, wish, List.of(), back.socket.events());
        }
    }

    private static int size(Topic topic) {
        return topic.partitions().stream().mapToInt(List::size).sum();
    }

    private static List<Frame> join(List<Frame> one, List<Frame> other) {
        var all = new ArrayList<>(one);
        all.addAll(other);
        return all;
    }

    /** All that is wanted, each once, and each channel in the order of the log. */
    private static void assertComplete(Topic topic, Wish wish, List<Frame> before, List<Frame> after) {
        List<Frame> all = join(before, after);
        assertThat(Frame.ids(all))
                .as("%s before, %s after", Frame.ids(before), Frame.ids(after))
                .containsExactlyInAnyOrderElementsOf(
                        topic.wanted(wish).stream().map(Event::id).toList());
        assertOrdered(topic, all);
    }

    /** Ids count up along each partition, so a channel's ids count up too; and none comes twice. */
    private static void assertOrdered(Topic topic, List<Frame> all) {
        Map<String, List<Integer>> byChannel = all.stream()
                .collect(Collectors.groupingBy(
                        Frame::channel,
                        Collectors.mapping(frame -> Integer.parseInt(frame.text()), Collectors.toList())));
        Set<String> ids = new HashSet<>(Frame.ids(all));
        assertThat(ids).hasSameSizeAs(all);
        byChannel.values().forEach(sequence -> assertThat(sequence).isSorted());
        assertThat(ids).hasSizeLessThanOrEqualTo(size(topic));
    }

    @Provide
    static Arbitrary<Topic> topics() {
        Arbitrary<List<Integer>> records = Arbitraries.integers()
                .between(0, CHANNELS.size() * 5 - 1)
                .list()
                .ofMaxSize(30);
        return Combinators.combine(Arbitraries.integers().between(1, 4), records)
                .as(ResumeTest::topic);
    }

    private static Topic topic(int count, List<Integer> records) {
        List<List<Event>> partitions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            partitions.add(new ArrayList<>());
        }
        int id = 0;
        for (int record : records) {
            Channel channel = new Channel(CHANNELS.get(record / 5));
            String type = record % 5 == 0 ? "none" : record % 2 == 0 ? "even" : "odd";
            partitions.get(RecentLog.home(channel.name(), count)).add(LogWriter.event(channel.name(), "" + id++, type));
        }
        return new Topic(partitions);
    }

    @Provide
    static Arbitrary<Wish> wishes() {
        Arbitrary<List<ChannelPattern>> channels = Arbitraries.oneOf(
                Arbitraries.of(CHANNELS).map(channel -> List.of(new ChannelPattern(channel))),
                Arbitraries.of("**", "*", "a.*", "*.x", "b.**", "*.x.**")
                        .map(text -> List.of(new ChannelPattern(text))),
                Arbitraries.of("a", "b", "b.x", "a.*", "**", "*.x")
                        .map(ChannelPattern::new)
                        .list()
                        .ofMinSize(2)
                        .ofMaxSize(4));
        return Combinators.combine(channels, Arbitraries.of(true, false)).as(Wish::new);
    }
}
