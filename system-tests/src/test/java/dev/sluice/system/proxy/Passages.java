package dev.sluice.system.proxy;

import dev.sluice.system.stack.Sluice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Many passages side by side, so that what has to be waited for is waited for once. */
final class Passages {
    /** For what comes at once, on a machine that has other things to do. */
    private static final Duration SOON = Duration.ofSeconds(60);

    private final Sluice sluice;
    private final List<Passage> all;

    Passages(Sluice sluice, List<Passage> all) {
        this.sluice = sluice;
        this.all = List.copyOf(all);
    }

    /** Refused, received, stayed for the seconds (0: not waited for), come back. */
    void run(int staySeconds) {
        begin(staySeconds);
        finish();
    }

    private void begin(int staySeconds) {
        all.forEach(Passage::comeWithGarbledToken);
        expect(SOON, passage -> passage.visit().ended().isPresent(), passage -> "a refusal does not come");
        for (var passage : good()) {
            var refused = passage.visit().ended().orElseThrow();
            if (!refused.equals(passage.way().refused())) {
                passage.failed("a refusal comes as " + refused);
            }
        }
        good().forEach(Passage::come);
        expect(
                SOON,
                passage -> passage.visit().hasStarted() || ended(passage),
                passage -> "the beginning is held back");
        good().stream()
                .filter(passage -> !passage.visit().hasStarted())
                .forEach(passage -> passage.failed(end(passage)));
        good().forEach(passage -> sluice.producer().text(passage.channel(), "one"));
        expect(SOON, passage -> passage.visit().texts().contains("one"), passage -> "an event is held back");
        if (staySeconds > 0) {
            expect(
                    Duration.ofSeconds(2L * staySeconds + 60),
                    passage -> passage.hasStayed(staySeconds),
                    passage -> "heartbeats are held back");
            good().stream().filter(Passages::ended).forEach(passage -> passage.failed("cut: " + end(passage)));
        }
    }

    private void finish() {
        good().forEach(passage -> sluice.producer().text(passage.channel(), "two"));
        expect(SOON, passage -> passage.visit().texts().equals(List.of("one", "two")), passage -> "an event is lost");
        Map<Passage, String> cursors = new HashMap<>();
        for (var passage : good()) {
            cursors.put(passage, passage.visit().cursor());
            passage.leave();
        }
        good().forEach(passage -> sluice.producer().text(passage.channel(), "three"));
        cursors.forEach(Passage::comeBack);
        expect(SOON, passage -> passage.visit().texts().equals(List.of("three")), passage -> "it does not resume");
    }

    /** Those that have not gone wrong. */
    private List<Passage> good() {
        return all.stream().filter(Passage::isGood).toList();
    }

    private void expect(Duration patience, Predicate<Passage> condition, Function<Passage, String> otherwise) {
        var waiting = new ArrayList<>(good());
        try {
            Awaitility.await()
                    .atMost(patience)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> {
                        waiting.removeIf(condition);
                        return waiting.isEmpty();
                    });
        } catch (ConditionTimeoutException late) {
            waiting.forEach(passage -> passage.failed(otherwise.apply(passage)));
        }
    }

    private static boolean ended(Passage passage) {
        return passage.visit().ended().isPresent();
    }

    private static String end(Passage passage) {
        return passage.visit().ended().orElse("");
    }
}
