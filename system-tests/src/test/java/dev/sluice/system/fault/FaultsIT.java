package dev.sluice.system.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.Component;
import dev.sluice.local.Service;
import dev.sluice.system.stack.Sluice;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever breaks: each client gets exactly what it is entitled to, or is told a gap. By default one fault of each part, at the same
 * time; with the Maven profile {@code full} each of them once; with {@code faults} each alone, then all of them in a long random mix.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FaultsIT {

    /** So few that most who come back are served from Kafka. */
    static final int MEMORY_EVENTS = 64;

    private static final Scale SCALE = Scale.fromProperties();
    private static final String HEADING = "Faults, with -Dsluice.seed=" + SCALE.seed();

    private final FaultTable table = new FaultTable();
    private final Sluice sluice = start();

    private static Sluice start() {
        System.out.println(HEADING);
        var builder = Sluice.builder("faults").replicas(2);
        for (var edge : Component.EDGES) {
            builder.env(edge, "SLUICE_MEMORY_EVENTS", Integer.toString(MEMORY_EVENTS));
            builder.env(edge, "SLUICE_DEDUPE_RECORDS", "2000");
        }
        return new Sluice(builder.start());
    }

    @AfterAll
    void stop() {
        table.print(HEADING);
        sluice.close();
    }

    /** A fault that failed amid its course must not spoil those that follow. */
    @AfterEach
    void repair() {
        sluice.stack().services().stream().filter(Service::isAlive).forEach(Service::resume);
        sluice.stack().services().forEach(Service::start);
    }

    @ParameterizedTest
    @EnumSource
    @EnabledIf("isLong")
    @Order(1)
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void shouldMissRepeatAndReorderNothing(Fault fault) throws Exception {
        try (var trial = new Trial(sluice, SCALE, SCALE.seed() + fault.ordinal())) {
            fault.inflict(trial.begin());
            fault.check(trial, conclude(fault.title(), trial));
        }
    }

    @Test
    @Order(2)
    @EnabledIf("isLong")
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void shouldMissRepeatAndReorderNothingWhenEverythingHappensAtOnce() throws Exception {
        var random = new Random(SCALE.seed());
        var possible = EnumSet.allOf(Fault.class);
        mix(Stream.generate(() -> someOf(possible, random))
                .limit(SCALE.rounds())
                .toList());
    }

    @Test
    @Order(1)
    @DisabledIf("isLong")
    void shouldMissRepeatAndReorderNothingWhenEachPartBreaks() throws Exception {
        mix(List.of(EnumSet.of(Fault.EDGE_KILLED, Fault.PUBLISHER_KILLED, Fault.KAFKA_RESTARTED, Fault.SOCKETS_CUT)));
    }

    @Test
    @Tag("full")
    @Order(2)
    @DisabledIf("isLong")
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void shouldMissRepeatAndReorderNothingWhenEachFaultHappensOnce() throws Exception {
        var random = new Random(SCALE.seed());
        var rounds = new ArrayList<Set<Fault>>();
        for (var left = EnumSet.allOf(Fault.class); !left.isEmpty(); ) {
            var faults = someOf(left, random);
            rounds.add(faults);
            left.removeAll(faults);
        }
        mix(rounds);
    }

    private void mix(List<Set<Fault>> rounds) throws Exception {
        try (var trial = new Trial(sluice, SCALE, SCALE.seed())) {
            trial.begin();
            for (var round = 1; round <= rounds.size(); round++) {
                var faults = rounds.get(round - 1);
                System.out.printf("FaultsIT: mix, round %d of %d: %s%n", round, rounds.size(), faults);
                trial.inParallel(faults, fault -> fault.inflict(trial));
                trial.awaitProgress();
            }
            conclude("a random mix, " + rounds.size() + " rounds", trial);
        }
    }

    static boolean isLong() {
        return SCALE.rounds() > 0;
    }

    /** One to three that can happen at the same time. */
    private static Set<Fault> someOf(Set<Fault> possible, Random random) {
        var chosen = EnumSet.noneOf(Fault.class);
        for (var wanted = 1 + random.nextInt(3); wanted > 0; wanted--) {
            var free = possible.stream()
                    .filter(fault -> chosen.stream().allMatch(fault::canHappenWith))
                    .toList();
            if (!free.isEmpty()) {
                chosen.add(free.get(random.nextInt(free.size())));
            }
        }
        return chosen;
    }

    private Verdict conclude(String title, Trial trial) {
        var verdict = trial.verdict();
        table.add(title, trial, verdict);
        assertThat(verdict.findings().stream().limit(50).collect(Collectors.joining("\n")))
                .as("%s: %s", title, verdict)
                .isEmpty();
        trial.producers().requireHealthy();
        return verdict;
    }
}
