package dev.sluice.system.fuzz;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Background;
import dev.sluice.client.Connection;
import dev.sluice.client.Received;
import dev.sluice.local.Service;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.load.Footprint;
import dev.sluice.system.observe.LogWatch;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import dev.sluice.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Spoilt input to all services at the same time: {@code -Dsluice.fuzz.cases=} says how many cases for each way in, {@link Seed}
 * which.
 */
@Tag("full")
@ExtendWith(SharedSluice.class)
class NetworkFuzzIT {
    private static final int CASES = Integer.getInteger("sluice.fuzz.cases", 100);
    private static final long SEED = Seed.value();
    private static final int CONNECTIONS = 2;
    private static final double MOST_GROWTH_MB = 24;

    private final Sluice sluice;

    NetworkFuzzIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void shouldRefuseWhatIsBadAndFallOverNothing() {
        var services = Sluice.SERVICES.stream().map(sluice.stack()::service).toList();
        var pids = services.stream().map(Service::pid).toList();
        var logs = LogWatch.on(services);
        var channel = Sluice.unique("public.fuzz");
        var bystanders = Protocol.MAIN.stream()
                .map(protocol -> sluice.subscribe(protocol, to(channel)))
                .toList();
        bystanders.forEach(Expect::started);
        try (var background = new Background();
                var targets = new Targets(
                        sluice, sluice.stack().identity().token("fuzzer", "publisher", "reader", "sluice-admin"))) {
            var before = services.stream().map(Footprint::of).toList();
            var runs = targets.all().entrySet().stream()
                    .map(target -> new Run(target.getKey(), target.getValue()))
                    .toList();
            var running =
                    runs.stream().flatMap(run -> run.start(background).stream()).toList();
            var posted = new ArrayList<String>();
            do {
                posted.add("meanwhile " + posted.size());
                sluice.producer().text(channel, posted.get(posted.size() - 1));
            } while (!running.stream().allMatch(CompletableFuture::isDone));
            running.forEach(CompletableFuture::join);

            runs.forEach(System.out::println);
            assertThat(runs).allSatisfy(run -> assertThat(run.findings).isEmpty());
            assertThat(logs.bugs()).isEmpty();
            assertThat(services.stream().map(Service::pid).toList()).isEqualTo(pids);
            assertThat(services).allMatch(Service::isReady);
            assertGot(bystanders, posted);
            for (var i = 0; i < services.size(); i++) {
                assertBounded(services.get(i), before.get(i));
            }
        } finally {
            bystanders.forEach(Connection::close);
        }
    }

    private static void assertGot(List<Connection> bystanders, List<String> posted) {
        bystanders.forEach(bystander -> assertThat(Expect.events(bystander, posted.size()))
                .extracting(Received.Event::text)
                .containsExactlyElementsOf(posted));
    }

    private static void assertBounded(Service service, Footprint before) {
        var after = Footprint.of(service);
        System.out.printf("NetworkFuzzIT: %s: before %s, after %s%n", service.name(), before, after);
        assertThat((after.heap() + after.direct() - before.heap() - before.direct()) / 1e6)
                .as(service.name())
                .isLessThan(MOST_GROWTH_MB);
    }

    /** All cases of one target. */
    private static final class Run {
        private final String name;
        private final Target target;
        private final Map<String, Integer> answers = new TreeMap<>();
        private final ConcurrentLinkedQueue<String> findings = new ConcurrentLinkedQueue<>();
        private final AtomicLong total = new AtomicLong();
        private final AtomicLong slowest = new AtomicLong();

        Run(String name, Target target) {
            this.name = name;
            this.target = target;
        }

        List<CompletableFuture<Void>> start(Background background) {
            var connections = new ArrayList<CompletableFuture<Void>>();
            for (var connection = 0; connection < CONNECTIONS; connection++) {
                var first = connection;
                connections.add(background.run(() -> {
                    for (var number = first; number < CASES; number += CONNECTIONS) {
                        attempt(number);
                    }
                }));
            }
            return connections;
        }

        private void attempt(int number) {
            var begin = System.nanoTime();
            try {
                var answer = target.attempt(new Mutator(SEED * 1_000_003 + number));
                synchronized (answers) {
                    answers.merge(answer, 1, Integer::sum);
                }
            } catch (Target.Finding finding) {
                findings.add("case " + number + ": " + finding.getMessage());
            } finally {
                slowest.accumulateAndGet(System.nanoTime() - begin, Math::max);
                total.addAndGet(System.nanoTime() - begin);
            }
        }

        @Override
        public String toString() {
            return "NetworkFuzzIT: " + name + ": " + CASES + " cases, seed " + SEED + ", " + findings.size()
                    + " findings; answered by " + answers + "; on average in " + total.get() / CASES / 1_000_000
                    + " ms, at most in " + slowest.get() / 1_000_000 + " ms";
        }
    }
}
