package dev.sluice.fanout.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.fanout.log.LogWriter;
import dev.sluice.fanout.log.RecentLogLimits;
import dev.sluice.fanout.session.FakeColdLog.Stretch;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LastSearchTest {
    private static final RecentLogLimits EIGHT = new RecentLogLimits(1L << 40, 8, Duration.ofDays(1));

    private final Replica replica = new Replica(EIGHT, new long[4]);
    private final int home = replica.log.home("a");

    private void others(int count) {
        IntStream.range(0, count).forEach(i -> replica.log.append(i % 4, LogWriter.event("other", "o" + i, "message")));
        replica.publish();
    }

    @Test
    void shouldLookBackwardsInTheChannelsOwnPartitionInStepsThatGrowAndStopWhenItIsFound() {
        replica.publish("a", "1", "2", "3");
        others(4 * 3_000);
        var client = replica.connect().subscribe("s", new Start.Last(2), "a");

        assertThat(client.socket.ids()).containsExactly("2", "3");
        long end = replica.log.ends()[home];
        long below = replica.log.log().heldFrom(home);
        assertThat(below).isLessThan(end);
        assertThat(replica.cold.searches)
                .containsExactly(new Stretch(home, below - 1_024, below), new Stretch(home, 0, below - 1_024));
    }

    @Test
    void shouldNotSearchWhatIsFoundInTheFirstStep() {
        others(4 * 3_000);
        replica.publish("a", "1", "2", "3");
        others(40);
        var client = replica.connect().subscribe("s", new Start.Last(2), "a");

        assertThat(client.socket.ids()).containsExactly("2", "3");
        assertThat(replica.cold.searches).hasSize(1);
    }

    @Test
    void shouldShareASearchBetweenEqualRequestsAndAnswerWhoComesLaterWithAYoungerOne() {
        replica.publish("a", "1");
        others(4 * 100);
        replica.cold.answersAtOnce = false;
        var clients = IntStream.range(0, 50)
                .mapToObj(i -> replica.connect().subscribe("s", new Start.Last(1), "a"))
                .toList();
        while (replica.cold.answerOne()) {
            replica.loop.run();
        }

        assertThat(clients).allSatisfy(client -> assertThat(client.socket.ids()).containsExactly("1"));
        // The first one's, and that of all who asked while it was under way.
        assertThat(replica.cold.searches).hasSize(2);
    }

    @Test
    void shouldRefuseWhenTheLogCantBeRead() {
        replica.publish("a", "1");
        others(100);
        replica.cold.failure = new IllegalStateException("a record that no parser survives");
        var client = replica.connect().subscribe("s", new Start.Last(1), "a");

        assertThat(client.refused)
                .containsExactly(Problem.of(Reason.UNAVAILABLE, "the newest events could not be found"));
        replica.cold.failure = null;
        assertThat(replica.connect()
                        .subscribe("s", new Start.Last(1), "a")
                        .socket
                        .ids())
                .containsExactly("1");
    }

    @Test
    void shouldSearchNoFurtherWhenEverybodyHasLeft() {
        replica.publish("a", "1");
        others(4 * 3_000);
        replica.cold.answersAtOnce = false;
        var client = replica.connect().subscribe("s", new Start.Last(1), "a");
        while (replica.cold.searches.isEmpty()) {
            replica.cold.answerOne();
            replica.loop.run();
        }
        client.session.disconnected();
        while (replica.cold.answerOne()) {
            replica.loop.run();
        }

        assertThat(replica.cold.searches).hasSize(1);
        assertThat(client.started).isEmpty();
        assertThat(client.refused).isEmpty();
    }

    @Test
    void shouldNotKeepTheLoopWithAFilterThatNothingMatches() {
        var roomy = new Replica(1);
        Queue<Runnable> elsewhere = new ArrayDeque<>();
        roomy.searching = elsewhere::add;
        IntStream.range(0, 10_000).forEach(i -> roomy.log.append("a", "" + i));
        roomy.publish();
        var seeker = roomy.connect();
        seeker.filter = Replica.type("none");
        seeker.subscribe("s", new Start.Last(1), "**");
        var other = roomy.connect().live("a");
        roomy.publish("a", "live");

        // The loop has gone on with others, and left nearly all that is to be looked at to somebody else.
        assertThat(other.socket.ids()).containsExactly("live");
        assertThat(seeker.started).isEmpty();
        int tasks = 0;
        for (Runnable task = elsewhere.poll(); task != null; task = elsewhere.poll()) {
            task.run();
            tasks++;
        }
        roomy.loop.run();
        assertThat(tasks).isGreaterThanOrEqualTo(5);
        assertThat(seeker.started).hasSize(1);
        assertThat(seeker.socket.ids()).isEmpty();
    }

    @Test
    void shouldFindTheNewestOfAPatternOverAllPartitions() {
        for (int i = 0; i < 40; i++) {
            replica.log.append(i % 4, LogWriter.event("b." + i % 4, "e" + i, "message"), i);
        }
        for (int i = 0; i < 40; i++) {
            replica.log.append(i % 4, LogWriter.event("other", "o" + i, "message"), 100 + i);
        }
        replica.publish();
        var client = replica.connect().subscribe("s", new Start.Last(6), "b.*");

        assertThat(client.socket.ids())
                .containsExactlyInAnyOrderElementsOf(List.of("e34", "e35", "e36", "e37", "e38", "e39"));
    }
}
