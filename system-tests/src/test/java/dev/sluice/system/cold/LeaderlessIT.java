package dev.sluice.system.cold;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Connection;
import dev.sluice.contract.event.KafkaEvents;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A partition whose only broker is away: its channels wait, and nobody else's do, on any protocol. */
@Tag("full")
class LeaderlessIT {
    private static final String TOPIC = "sluice.events";
    private static final int EVENTS = 40;
    /** One that waits for the partition that is away takes hundreds of times as long as one that doesn't. */
    private static final int FAR = 20;

    @Test
    void shouldNotMakeOtherPartitionsWait() throws Exception {
        var folder = Path.of("target/stacks/leaderless");
        try (var sluice = new Sluice(Sluice.builder("leaderless").start());
                var second = new SecondBroker(folder.toAbsolutePath())) {
            second.start();
            int partitions = addPartitionOn(SecondBroker.ID, sluice);
            var there = channel(partitions, partitions - 1);
            var here = channel(partitions, 0);
            List<Connection> listeners = new ArrayList<>();
            try {
                for (var protocol : Protocol.MAIN) {
                    listeners.add(sluice.subscribe(protocol, to(here, there)));
                }
                listeners.forEach(Expect::started);
                Posts.text(sluice.producer(), there, "there, before");
                listeners.forEach(listener -> Expect.eventWith(listener, "there, before"));
                Duration before = roundTrip(sluice, here, "before", listeners);

                second.kill();
                Expect.until("that a partition has no leader", () -> isLeaderless(sluice, partitions - 1));
                Duration meanwhile = roundTrip(sluice, here, "meanwhile", listeners);
                System.out.printf(
                        "LeaderlessIT: from a post to the last of three clients %d ms, and %d ms while another partition had no leader (medians of %d)%n",
                        before.toMillis(), meanwhile.toMillis(), EVENTS);
                assertThat(meanwhile).isLessThan(before.multipliedBy(FAR));
                for (var protocol : Protocol.MAIN) {
                    try (var late = sluice.subscribe(protocol, to(here))) {
                        Expect.started(late);
                        Posts.text(sluice.producer(), here, "to who came late, " + protocol);
                        Expect.eventWith(late, "to who came late, " + protocol);
                    }
                }

                second.start();
                Posts.text(sluice.producer(), there, "there, after");
                listeners.forEach(listener -> Expect.eventWith(listener, "there, after"));
                listeners.forEach(
                        listener -> assertThat(listener.controls("gap")).isEmpty());
            } finally {
                listeners.forEach(Connection::close);
            }
        }
    }

    /** From a post until all have it, one event after the other: the median. */
    private static Duration roundTrip(Sluice sluice, String channel, String text, List<Connection> listeners) {
        List<Duration> each = new ArrayList<>();
        for (var i = 0; i < EVENTS; i++) {
            var number = text + " " + i;
            var begin = System.nanoTime();
            Posts.text(sluice.producer(), channel, number);
            listeners.forEach(listener -> Expect.eventWith(listener, number));
            each.add(Duration.ofNanos(System.nanoTime() - begin));
        }
        Collections.sort(each);
        return each.get(EVENTS / 2);
    }

    /** A channel that is in that partition. */
    private static String channel(int partitions, int partition) {
        return Stream.generate(() -> Sluice.unique("leaderless"))
                .filter(channel -> KafkaEvents.home(channel, partitions) == partition)
                .findFirst()
                .orElseThrow();
    }

    /** @return how many partitions there are then */
    private static int addPartitionOn(int broker, Sluice sluice) throws ExecutionException, InterruptedException {
        try (var admin = admin(sluice)) {
            Expect.until("that the second broker is there", () -> brokers(admin) == 2);
            var now = partitions(admin).size();
            admin.createPartitions(Map.of(TOPIC, NewPartitions.increaseTo(now + 1, List.of(List.of(broker)))))
                    .all()
                    .get();
            return now + 1;
        }
    }

    private static int brokers(Admin admin) {
        try {
            return admin.describeCluster().nodes().get().size();
        } catch (InterruptedException | ExecutionException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static boolean isLeaderless(Sluice sluice, int partition) {
        try (var admin = admin(sluice)) {
            var leader = partitions(admin).get(partition).leader();
            return leader == null || leader.isEmpty();
        }
    }

    private static List<TopicPartitionInfo> partitions(Admin admin) {
        try {
            return Objects.requireNonNull(admin.describeTopics(List.of(TOPIC))
                            .allTopicNames()
                            .get()
                            .get(TOPIC))
                    .partitions();
        } catch (InterruptedException | ExecutionException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static Admin admin(Sluice sluice) {
        return Admin.create(Map.of("bootstrap.servers", sluice.stack().kafka().bootstrapServers()));
    }
}
