package dev.sluice.fanout.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.event.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RecentLogTest {
    private static final int PARTITIONS = 3;
    private static final long[] BEGIN = {5, 0, 900};

    /** What the tail does; a skip is a record that is no event, and a step of the clock is what comes before either. */
    record Step(boolean skip, int partition, String channel, int size, int clock, boolean publish) {}

    record Limits(int events, long bytes, int age) {}

    /** Everything there ever was, and how much of it is still held. */
    private static final class Model {
        final List<Entry> all = new ArrayList<>();
        final long[] frontier = BEGIN.clone();
        int first;
        int published;
        long[] publishedFrontier = BEGIN.clone();
        int publishedFirst;

        List<Entry> held() {
            return all.subList(first, all.size());
        }
    }

    @Property(tries = 400)
    void shouldHoldWhatTheNaiveModelHolds(@ForAll("limits") Limits limits, @ForAll("steps") List<Step> steps) {
        int slots = limits.events() == 1 ? 1 : Integer.highestOneBit(limits.events() - 1) << 1;
        var log = new RecentLog(
                new RecentLogLimits(limits.bytes(), limits.events(), Duration.ofMillis(limits.age())), BEGIN, 1);
        var model = new Model();
        long now = 0;
        for (Step step : steps) {
            now += step.clock();
            int partition = step.partition();
            if (step.skip()) {
                log.skipTo(partition, ++model.frontier[partition]);
            } else {
                Event event = event(step.channel(), step.size());
                long offset = model.frontier[partition]++;
                log.append(partition, offset, now, event);
                model.all.add(new Entry(event, partition, offset, now, model.all.size(), new ChannelChain(), 1));
                evict(model, slots, limits, now);
            }
            if (step.publish()) {
                log.publish();
                model.published = model.all.size();
                model.publishedFrontier = model.frontier.clone();
                model.publishedFirst = model.first;
            }
            check(log, model);
        }
    }

    private static void evict(Model model, int slots, Limits limits, long now) {
        while (model.held().size() > slots
                || (model.held().size() > 1
                        && (bytes(model.held()) > limits.bytes()
                                || model.held().get(0).timestamp() < now - limits.age()))) {
            model.first++;
        }
    }

    private static long bytes(List<Entry> entries) {
        return entries.stream().mapToLong(entry -> Entry.bare(entry.event())).sum();
    }

    private static void check(RecentLog log, Model model) {
        assertThat(log.head().next()).isEqualTo(model.published);
        assertThat(log.head().frontier()).isEqualTo(model.publishedFrontier);
        assertThat(log.floor().next()).isEqualTo(model.publishedFirst);
        for (Entry expected : model.all) {
            Entry entry = log.get(expected.sequence());
            if (expected.sequence() < model.first) {
                assertThat(entry).isNull();
            } else {
                assertThat(entry).isNotNull();
                assertThat(entry.event()).isSameAs(expected.event());
                assertThat(entry.partition()).isEqualTo(expected.partition());
                assertThat(entry.offset()).isEqualTo(expected.offset());
                assertThat(entry.timestamp()).isEqualTo(expected.timestamp());
            }
        }
        assertThat(log.get(model.all.size())).isNull();
        assertThat(log.get(-1)).isNull();
        checkOffsets(log, model);
        checkChains(log, model);
        checkFrontiers(log, model);
    }

    private static void checkOffsets(RecentLog log, Model model) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            int p = partition;
            for (long offset = BEGIN[p] - 1; offset <= model.frontier[p] + 1; offset++) {
                long from = offset;
                long expected = model.held().stream()
                        .filter(entry -> entry.partition() == p && entry.offset() >= from)
                        .mapToLong(Entry::sequence)
                        .findFirst()
                        .orElse(-1);
                assertThat(log.sequenceAt(p, offset)).isEqualTo(expected);
            }
        }
    }

    private static void checkChains(RecentLog log, Model model) {
        for (String name : List.of("a", "b.c", "d")) {
            List<Long> expected = model.held().stream()
                    .filter(entry -> entry.event().channel().name().equals(name))
                    .map(Entry::sequence)
                    .toList();
            assertThat(log.chain(name) == null).isEqualTo(expected.isEmpty());
            var chained = new ArrayList<Long>();
            for (Entry entry = log.get(log.firstOfChannel(name, 0));
                    entry != null;
                    entry = log.get(entry.nextInChannel())) {
                chained.add(entry.sequence());
            }
            assertThat(chained).isEqualTo(expected);
            for (long from = 0; from <= model.all.size(); from++) {
                long place = from;
                assertThat(log.firstOfChannel(name, from))
                        .isEqualTo(expected.stream()
                                .filter(sequence -> sequence >= place)
                                .findFirst()
                                .orElse(-1L));
            }
        }
    }

    /**
     * Who has read everything before a place has a frontier after the last event before it and not after the first one from
     * there on, in each partition. Between those two lies nothing but what is no event.
     */
    private static void checkFrontiers(RecentLog log, Model model) {
        for (int place = Math.max(model.first, 0); place <= model.published; place++) {
            long[] frontier = log.frontierAt(place);
            assertThat(frontier).hasSize(PARTITIONS);
            for (int partition = 0; partition < PARTITIONS; partition++) {
                int p = partition;
                long least = model.all.subList(0, place).stream()
                        .filter(entry -> entry.partition() == p)
                        .mapToLong(entry -> entry.offset() + 1)
                        .max()
                        .orElse(BEGIN[p]);
                long most = model.all.subList(place, model.all.size()).stream()
                        .filter(entry -> entry.partition() == p)
                        .mapToLong(Entry::offset)
                        .min()
                        .orElse(model.frontier[p]);
                assertThat(frontier[p])
                        .as("partition %d before sequence %d of %d..%d", p, place, model.first, model.published)
                        .isBetween(least, most);
            }
        }
    }

    private static Event event(String channel, int size) {
        Event some = LogWriter.event(channel, "1", "message");
        return new Event(
                some.channel(), "1", "/test", "message", null, null, null, null, some.extensions(), new byte[size]);
    }

    @Provide
    static Arbitrary<Limits> limits() {
        return Combinators.combine(
                        Arbitraries.of(1, 2, 7, 16, 64, 100),
                        Arbitraries.of(500L, 3_000L, 20_000L, 1L << 40),
                        Arbitraries.of(1, 20, 1_000))
                .as(Limits::new);
    }

    @Provide
    static Arbitrary<List<Step>> steps() {
        Arbitrary<Step> step = Combinators.combine(
                        Arbitraries.frequencyOf(
                                net.jqwik.api.Tuple.of(9, Arbitraries.just(false)),
                                net.jqwik.api.Tuple.of(1, Arbitraries.just(true))),
                        Arbitraries.integers().between(0, PARTITIONS - 1),
                        Arbitraries.of("a", "b.c", "d"),
                        Arbitraries.of(0, 10, 400),
                        Arbitraries.of(0, 0, 1, 5),
                        Arbitraries.of(true, true, false))
                .as(Step::new);
        return step.list().ofMinSize(1).ofMaxSize(150);
    }

    @Test
    void shouldSayExactlyWhereAReaderStandsWhileTheTailEvictsWhatItHasNotPublished() {
        var writer = new LogWriter(new RecentLogLimits(1L << 40, 8, Duration.ofDays(1)), 1, 0, 0);
        for (int i = 0; i < 8; i++) {
            writer.append(i < 6 ? 0 : 1, LogWriter.event("a", "" + i, "message"));
        }
        writer.publish();
        // Overwrites sequences 0 to 5, which a reader at 7 has read, and which were all that partition 0 had.
        for (int i = 0; i < 6; i++) {
            writer.append(1, LogWriter.event("a", "later" + i, "message"));
        }

        assertThat(writer.log().frontierAt(7)).containsExactly(6, 1);
    }

    @Test
    void shouldBeginAddedPartitionsAtZero() {
        var writer = new LogWriter(LogWriter.ROOMY, 1, 10).append("a", "1").publish();
        writer.addPartitions(3).publish();
        writer.append(2, LogWriter.event("a", "2", "message")).publish();

        assertThat(writer.log().head().partitions()).isEqualTo(3);
        assertThat(writer.log().frontierAt(0)).containsExactly(10, 0, 0);
        assertThat(writer.log().frontierAt(1)).containsExactly(11, 0, 0);
        assertThat(writer.log().frontierAt(2)).containsExactly(11, 0, 1);
        assertThat(writer.log().sequenceAt(2, 0)).isEqualTo(1);
    }

    @Test
    void shouldNoticeEventsOutsideTheirHome() {
        var writer = new LogWriter(LogWriter.ROOMY, 1, 0, 0, 0, 0);
        writer.append("a", "1").publish();
        ChannelChain chain = writer.log().chain("a");
        assertThat(chain).isNotNull();
        assertThat(chain.isScattered()).isFalse();

        writer.append((writer.home("a") + 1) % 4, LogWriter.event("a", "2", "message"));
        assertThat(chain.isScattered()).isTrue();
    }

    /** Each event says in its id where it was written, so that a reader can tell. */
    @Test
    void shouldNeverShowAReaderAWrongEvent() throws Exception {
        int events = 60_000;
        var writer = new LogWriter(new RecentLogLimits(1L << 40, 128, Duration.ofDays(1)), 1, 0, 0, 0);
        var done = new AtomicBoolean();
        ExecutorService readers = Executors.newFixedThreadPool(2);
        try {
            List<Future<Long>> seen = List.of(
                    readers.submit(() -> readAlong(writer.log(), done)),
                    readers.submit(() -> readChain(writer.log(), done)));
            for (int i = 0; i < events; i++) {
                writer.append(i % 3, LogWriter.event("c" + i % 3, "" + i, "message"));
                if (i % 7 == 0) {
                    writer.publish();
                }
            }
            writer.publish();
            done.set(true);
            for (Future<Long> future : seen) {
                assertThat(future.get()).isPositive();
            }
        } finally {
            done.set(true);
            readers.shutdownNow();
        }
    }

    private static long readAlong(RecentLog log, AtomicBoolean done) {
        long seen = 0;
        long position = 0;
        while (true) {
            boolean last = done.get();
            long head = log.head().next();
            for (; position < head; position++) {
                Entry entry = log.get(position);
                if (entry != null) {
                    assertThat(entry.sequence()).isEqualTo(position);
                    assertThat(entry.event().id()).isEqualTo("" + position);
                    assertThat(entry.partition()).isEqualTo((int) (position % 3));
                    checkFrontier(log, position);
                    seen++;
                }
            }
            if (last) {
                return seen;
            }
        }
    }

    /** The log goes round the partitions, so each place has one frontier only. */
    private static void checkFrontier(RecentLog log, long position) {
        long[] frontier = log.frontierAt(position + 1);
        // The tail evicts all the while.
        if (frontier != null) {
            for (int p = 0; p < 3; p++) {
                long least = (position + 1 - p + 2) / 3;
                assertThat(frontier[p]).as("partition %d after %d", p, position).isBetween(least, least);
            }
        }
    }

    private static long readChain(RecentLog log, AtomicBoolean done) {
        long seen = 0;
        while (true) {
            boolean last = done.get();
            for (Entry entry = log.get(log.firstOfChannel("c1", 0));
                    entry != null;
                    entry = log.get(entry.nextInChannel())) {
                assertThat(entry.event().channel().name()).isEqualTo("c1");
                assertThat(entry.event().id()).isEqualTo("" + entry.sequence());
                assertThat(entry.nextInChannel()).isIn(-1L, entry.sequence() + 3);
                seen++;
            }
            if (last) {
                return seen;
            }
        }
    }
}
