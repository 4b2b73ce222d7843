package dev.sluice.system.standard;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Cases that mostly wait, some at a time: all are begun at once, and each tells its own test how it ended. Safe on any thread.
 *
 * @param <C> what a case is known by
 */
public final class SideBySide<C> {
    /** With more they would wait for the processor. */
    private static final int AT_A_TIME = 4;

    private final Map<C, Future<?>> cases = new LinkedHashMap<>();

    /** What a case does; it ends by throwing what its test is to throw. */
    @FunctionalInterface
    public interface Case<C> {
        void run(C one) throws Exception;
    }

    /** Begins them, in their order. */
    public SideBySide(List<C> all, Case<C> how) {
        var threads = Executors.newFixedThreadPool(AT_A_TIME, work -> {
            var thread = new Thread(work, "side by side");
            thread.setDaemon(true);
            return thread;
        });
        for (var one : all) {
            Callable<Void> work = () -> {
                how.run(one);
                return null;
            };
            cases.put(one, threads.submit(work));
        }
        threads.shutdown();
    }

    /** Waits until it has ended, and ends as it did. */
    public void await(C one) throws Exception {
        try {
            Objects.requireNonNull(cases.get(one), () -> one + " is none of them")
                    .get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw e;
        }
    }
}
