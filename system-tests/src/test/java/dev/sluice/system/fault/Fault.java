package dev.sluice.system.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.Component;
import dev.sluice.local.Service;
import dev.sluice.system.cold.Kafka;
import dev.sluice.system.stack.Wire.Weather;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Something that goes wrong. */
enum Fault {
    EDGE_KILLED("an edge of each kind killed (SIGKILL)", Part.EDGES) {
        @Override
        void inflict(Trial trial) {
            var victims = trial.oneOfEachEdge();
            trial.untilComeBack(trial.clients(), 1, 1, () -> victims.forEach(Service::kill));
            trial.inParallel(victims, Service::start);
        }
    },
    EDGE_STOPPED("an edge of each kind stopped (SIGSTOP)", Part.EDGES) {
        @Override
        void inflict(Trial trial) {
            var victims = trial.oneOfEachEdge();
            trial.untilComeBack(trial.clients(), 1, 1, () -> {
                victims.forEach(Service::pause);
                trial.letPass(trial.scale().stop());
            });
            victims.forEach(Service::resume);
        }
    },
    EDGES_RESTARTED("all edges restarted, one after the other", Part.EDGES) {
        @Override
        void inflict(Trial trial) {
            for (var replica : List.of(0, 1)) {
                trial.inParallel(trial.edges(replica), Service::restart);
            }
        }
    },
    PUBLISHER_KILLED("publisher killed amid a batch", Part.PUBLISHER) {
        @Override
        void inflict(Trial trial) {
            var publisher = trial.sluice().stack().service(Component.PUBLISHER);
            trial.await("that a batch is under way", trial.producers()::isBatchUnderWay);
            trial.untilRepeated(1, publisher::kill);
            publisher.start();
        }
    },
    ANSWERS_LOST("answers to producers lost", Part.PUBLISHER) {
        @Override
        void inflict(Trial trial) {
            var network = trial.producers().network();
            trial.untilRepeated(REPEATS, () -> network.weather(Weather.cutting(() -> trial.random(LONGEST_ANSWER))));
            network.weather(Weather.FAIR);
        }
    },
    KAFKA_KILLED("Kafka killed (SIGKILL)", Part.KAFKA) {
        @Override
        void inflict(Trial trial) {
            var kafka = trial.sluice().stack().kafka();
            trial.untilRepeated(1, kafka::kill);
            kafka.start();
        }
    },
    KAFKA_RESTARTED("Kafka restarted", Part.KAFKA) {
        @Override
        void inflict(Trial trial) {
            var kafka = trial.sluice().stack().kafka();
            trial.untilRepeated(1, kafka::stop);
            kafka.start();
        }
    },
    /** Has to wait for everybody who is not away, so the network is good meanwhile. */
    LOG_TRUNCATED("log truncated below cursors", Part.KAFKA, Part.NETWORK) {
        @Override
        void inflict(Trial trial) {
            var away = trial.third(0);
            away.forEach(RoamingClient::leave);
            trial.awaitProgress();
            trial.producers().pause();
            trial.await("that the producers are quiet", trial.producers()::isQuiet);
            trial.awaitCaughtUp(trial.clients().stream()
                    .filter(client -> !away.contains(client))
                    .toList());
            Kafka.of(trial.sluice()).deleteAll();
            trial.ledger().deleted();
            trial.producers().resume();
            trial.awaitForgotten();
            away.forEach(RoamingClient::comeBack);
            trial.await("that everybody who was away is told", () -> away.stream()
                    .allMatch(client -> client.diary().gaps() > 0));
        }

        @Override
        void check(Trial trial, Verdict verdict) {
            assertThat(trial.third(0))
                    .as("one gap for each who was away")
                    .allMatch(client -> client.diary().gaps() == 1);
            assertThat(verdict.lost()).as("events that gaps told of").isPositive();
        }
    },
    /** Alone: docs/guarantees.md says what starting edges and repeated posts cost then. */
    PARTITIONS_ADDED("partitions added", Part.values()) {
        @Override
        void inflict(Trial trial) {
            trial.untilRepeated(1, () -> Kafka.of(trial.sluice()).addPartitions(MORE_PARTITIONS));
        }
    },
    SOCKETS_CUT("sockets cut amid frames", Part.NETWORK) {
        @Override
        void inflict(Trial trial) {
            trial.untilComeBack(trial.clients(), trial.clients().size(), 2, () -> trial.clients()
                    .forEach(client -> client.network().weather(Weather.cutting(() -> trial.random(LONGEST_CUT)))));
            trial.clients().forEach(client -> client.network().weather(Weather.FAIR));
        }
    },
    CLIENTS_SLOW("clients at 1 KB/s", Part.NETWORK) {
        @Override
        void inflict(Trial trial) {
            var slow = trial.readersOfEverything();
            slow.forEach(client -> client.network().weather(Weather.slow(1_024)));
            trial.await("that the slow clients are far behind", () -> slow.stream()
                    .anyMatch(client -> trial.behind(client) > FAR_BEHIND));
            slow.forEach(client -> client.network().weather(Weather.FAIR));
        }
    },
    CLIENTS_VANISHED("clients gone without FIN", Part.NETWORK) {
        @Override
        void inflict(Trial trial) {
            var gone = trial.third(1);
            trial.untilComeBack(gone, gone.size(), 1, () -> {
                gone.forEach(client -> client.network().loseClient());
                gone.forEach(RoamingClient::moveOn);
            });
        }
    };

    /** What it happens to; two faults of one part can't happen at once. */
    enum Part {
        EDGES,
        PUBLISHER,
        KAFKA,
        NETWORK
    }

    private static final int REPEATS = 100;
    private static final int LONGEST_ANSWER = 200;
    private static final int LONGEST_CUT = 6_000;
    private static final int MORE_PARTITIONS = 5;
    /** Some two megabytes; how much of it the kernel holds for a connection on the loopback differs. */
    private static final int FAR_BEHIND = 1_800;

    private final String title;
    private final Set<Part> parts;

    Fault(String title, Part... parts) {
        this.title = title;
        this.parts = Set.of(parts);
    }

    /** Lets it happen, waits until it was felt, and ends it. */
    abstract void inflict(Trial trial);

    /** What else has to be so when this fault was the only one. */
    void check(Trial trial, Verdict verdict) {
        assertThat(verdict.gaps()).as("gaps").isZero();
    }

    String title() {
        return title;
    }

    boolean canHappenWith(Fault other) {
        return Collections.disjoint(parts, other.parts);
    }
}
