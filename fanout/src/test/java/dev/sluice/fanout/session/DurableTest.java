package dev.sluice.fanout.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.position.DurableName;
import dev.sluice.contract.position.Positions.Change;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.fanout.log.RecentLog;
import dev.sluice.fanout.log.RecentLogLimits;
import dev.sluice.fanout.position.Durable;
import dev.sluice.fanout.position.HandPositions;
import dev.sluice.fanout.session.Replica.Client;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DurableTest {
    private static final DurableName NAME = new DurableName("issuer", "alice", "mobile");
    private static final int WINDOW = 3;

    private final Replica replica = new Replica(2);

    private Client connect(Start start, String... channels) {
        return connect(replica, start, channels);
    }

    private static Client connect(Replica replica, Start start, String... channels) {
        Client client = replica.connect();
        client.durable = new Durable(NAME, WINDOW, replica.kafka.writer(NAME));
        return client.subscribe("s", start, channels);
    }

    private void acknowledge(Client client, int event) {
        client.acknowledge(client.socket.events().get(event).cursor());
    }

    @Test
    void shouldComeBackToWhatWasNotAcknowledged() {
        var client = connect(new Start.Live(), "a");
        replica.publish("a", "1", "2", "3");
        acknowledge(client, 0);
        client.session.disconnected();
        replica.publish("a", "4");

        var again = connect(new Start.Live(), "a");
        assertThat(again.socket.ids()).containsExactly("2", "3", "4");
    }

    @Test
    void shouldComeBackToTheBeginningWhenNothingWasAcknowledged() {
        replica.publish("a", "before");
        var client = connect(new Start.Live(), "a", "b.*");
        client.session.disconnected();
        replica.publish("a", "1").publish("b.c", "2");

        assertThat(connect(new Start.Live(), "a", "b.*").socket.ids()).containsExactlyInAnyOrder("1", "2");
    }

    @Test
    void shouldHeedTheStartOnlyTheFirstTime() {
        replica.publish("a", "1", "2", "3");
        var client = connect(new Start.Last(2), "a");
        assertThat(client.socket.ids()).containsExactly("2", "3");
        acknowledge(client, 1);
        client.session.disconnected();

        assertThat(connect(new Start.Last(2), "a").socket.ids()).isEmpty();
    }

    @Test
    void shouldBeginAtATime() {
        replica.publish("a", "1", "2");
        var client = connect(new Start.Since(replica.loop.clock().instant()), "a");
        assertThat(client.started).isEmpty();
        replica.times.complete(new long[2]);
        replica.loop.run();
        assertThat(client.socket.ids()).containsExactly("1", "2");
    }

    @Test
    void shouldPauseAtTheWindowAndGoOnWithTheAcknowledgement() {
        var client = connect(new Start.Live(), "a");
        replica.publish("a", "1", "2", "3", "4", "5");
        assertThat(client.socket.ids()).containsExactly("1", "2", "3");
        replica.loop.pass(Replica.HEARTBEAT.multipliedBy(2));
        assertThat(client.socket.ids()).containsExactly("1", "2", "3");

        acknowledge(client, 1);
        assertThat(client.socket.ids()).containsExactly("1", "2", "3", "4", "5");
        replica.publish("a", "6", "7");
        assertThat(client.socket.ids()).endsWith("5");
        // A heartbeat's cursor does as well as an event's.
        replica.loop.pass(Replica.HEARTBEAT);
        client.acknowledge(client.socket.of("heartbeat").stream()
                .reduce((before, next) -> next)
                .orElseThrow()
                .cursor());
        assertThat(client.socket.ids()).endsWith("6", "7");
    }

    @Test
    void shouldGoOnInKafkaWhenMemoryHasMovedOnMeanwhile() {
        var small = new Replica(new RecentLogLimits(1L << 40, 4, Duration.ofDays(1)), 0, 0);
        var client = connect(small, new Start.Live(), "a");
        for (int i = 1; i <= 20; i++) {
            small.publish("a", "" + i);
        }
        for (int acknowledged = 0; acknowledged < 20; acknowledged++) {
            client.acknowledge(client.socket.events().get(acknowledged).cursor());
        }
        assertThat(client.socket.ids())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 20).mapToObj(String::valueOf).toList());
    }

    @Test
    void shouldEndWhereTheNameIsTakenElsewhere() {
        var first = connect(new Start.Live(), "a");
        first.session.open("s", new byte[0]);
        replica.publish("a", "1");
        var second = connect(new Start.Live(), "a");
        replica.publish("a", "2");

        assertThat(first.socket.ended).isNotNull();
        assertThat(first.socket.ended.reason()).isEqualTo(Reason.SUPERSEDED);
        assertThat(first.socket.ended.reconnectAfter()).isPositive();
        assertThat(first.socket.ids()).containsExactly("1");
        assertThat(second.socket.ids()).containsExactly("1", "2");
    }

    @Test
    void shouldEndOnlyTheSubscriptionOfAConversation() {
        var first = connect(new Start.Live(), "a");
        first.durable = null;
        first.subscribe("plain", new Start.Live(), "b");
        connect(new Start.Live(), "a");
        replica.publish("b", "1");

        assertThat(first.socket.ended).isNull();
        assertThat(first.socket.of("close")).singleElement().satisfies(close -> assertThat(close.subscription())
                .isEqualTo("s"));
        assertThat(first.session.subscriptions())
                .extracting(SubscriptionRequest::name)
                .containsExactly("plain");
    }

    @Test
    void shouldRefuseWhomAnotherOvertakesBeforeTheStart() {
        var hesitant = replica.connect();
        hesitant.durable = new Durable(NAME, WINDOW, replica.kafka.writer(NAME));
        hesitant.subscribe("s", new Start.Since(replica.loop.clock().instant()), "a");
        var quick = connect(new Start.Live(), "a");
        replica.times.complete(new long[2]);
        replica.loop.run();

        assertThat(hesitant.refused).extracting(Problem::reason).containsExactly(Reason.SUPERSEDED);
        assertThat(hesitant.started).isEmpty();
        assertThat(quick.started).hasSize(1);
    }

    @Test
    void shouldSayWhenThePublisherDoesNot() {
        replica.kafka.refusal = Optional.of(Problem.of(Reason.UNAVAILABLE, "away"));
        assertThat(connect(new Start.Live(), "a").refused).containsExactly(replica.kafka.refusal.get());
    }

    @Test
    void shouldNotWaitForeverForItsClaim() {
        replica.kafka.atOnce = false;
        var client = connect(new Start.Live(), "a");
        replica.loop.pass(Duration.ofSeconds(20));

        assertThat(client.refused).extracting(Problem::reason).containsExactly(Reason.UNAVAILABLE);
        replica.kafka.answer();
        replica.loop.run();
        assertThat(client.started).isEmpty();
        assertThat(client.refused).hasSize(1);
    }

    @Test
    void shouldRefuseAPositionOfOtherChannels() {
        String channel = IntStream.range(0, 100)
                .mapToObj(i -> "a" + i)
                .filter(candidate -> RecentLog.home(candidate, 2) == 1)
                .findFirst()
                .orElseThrow();
        connect(new Start.Live(), channel).session.disconnected();

        assertThat(connect(new Start.Live(), "**").refused)
                .singleElement()
                .satisfies(problem -> assertThat(problem.field()).isEqualTo("durable"));
        assertThat(connect(new Start.Live(), channel).refused).isEmpty();
    }

    @Test
    void shouldHoldNothingWhenTheClientLeavesBeforeItBegins() {
        replica.kafka.atOnce = false;
        var client = connect(new Start.Live(), "a");
        client.session.disconnected();
        replica.kafka.answer();
        replica.loop.run();

        assertThat(client.started).isEmpty();
        assertThat(client.refused).isEmpty();
        assertThat(replica.kafka.log)
                .containsExactly(replica.kafka.log.get(0))
                .allMatch(Change.Claimed.class::isInstance);
    }

    /**
     * Comes and goes on three replicas, reads and acknowledges as it likes. What it gets after each return begins right after what it
     * acknowledged, and in all nothing is missing.
     */
    @Property(tries = 200)
    void shouldMissNothingOnAnyReplica(@ForAll @Size(max = 60) List<@IntRange(max = 9) Integer> steps) {
        var kafka = new HandPositions();
        List<Replica> replicas = List.of(new Replica(kafka, 2), new Replica(kafka, 2), new Replica(kafka, 2));
        var published = new ArrayList<String>();
        int processed = 0;
        int at = 0;
        Client client = connect(replicas.get(0), new Start.Live(), "a");
        for (int step : steps) {
            if (step < 5) {
                String id = String.valueOf(published.size());
                published.add(id);
                replicas.forEach(each -> each.publish("a", id));
            } else if (step < 8) {
                List<Frame> events = client.socket.events();
                if (!events.isEmpty()) {
                    Frame last = events.get(Math.min(events.size() - 1, step - 5));
                    client.acknowledge(last.cursor());
                    processed = Math.max(processed, Integer.parseInt(last.text()) + 1);
                }
            } else {
                if (step == 8) {
                    client.session.disconnected();
                }
                at = (at + 1) % replicas.size();
                client = connect(replicas.get(at), new Start.Live(), "a");
                replicas.forEach(each -> each.loop.run());
                assertThat(client.socket.ids())
                        .containsExactlyElementsOf(
                                published.subList(processed, Math.min(published.size(), processed + WINDOW)));
            }
        }
    }
}
