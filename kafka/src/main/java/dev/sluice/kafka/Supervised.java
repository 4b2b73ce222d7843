package dev.sluice.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * A thread that reads Kafka for as long as the process lives. When its work ends unexpectedly, by whatever was thrown, that is counted
 * and logged, who asks for its health hears of it, and the work begins anew after a pause that grows. Safe on any thread.
 */
public final class Supervised implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Supervised.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
    /** Who ran for so long and then failed begins with the first pause again. */
    private static final Duration STEADY = Duration.ofMinutes(1);
    /** After so many ends, each soon after the one before, another process may do better. */
    private static final int HOPELESS = 6;

    private final String name;
    private final Work work;
    private final Duration firstPause;
    private final Thread thread;
    private final Counter restarts;
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile boolean well = true;
    private volatile int failures;

    /** What the thread does. */
    @FunctionalInterface
    public interface Work {
        /**
         * Begins from nothing, and returns when the thread {@link #isStopping}. It says {@link #begun} when what can fail at the begin is
         * behind it. Whatever else it ends by is unexpected.
         */
        void run(Supervised thread);
    }

    /**
     * @param name of the thread
     * @param reader what it reads, for the meter: from a closed set
     */
    public Supervised(String name, String reader, MeterRegistry registry, Work work) {
        this(name, reader, registry, FIRST_PAUSE, work);
    }

    Supervised(String name, String reader, MeterRegistry registry, Duration firstPause, Work work) {
        this.name = name;
        this.work = work;
        this.firstPause = firstPause;
        this.thread = new Thread(this::run, name);
        this.restarts = Counter.builder("sluice.reader.restarts")
                .description("Times that a thread that reads Kafka ended unexpectedly and was begun anew")
                .tag("reader", reader)
                .register(registry);
    }

    /** Once. */
    public void start() {
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (!isStopping()) {
            long since = System.nanoTime();
            try {
                work.run(this);
                if (isStopping()) {
                    return;
                }
                throw new IllegalStateException("it returned, although nobody told it to");
            } catch (Throwable failure) {
                if (isStopping()) {
                    return;
                }
                failed(failure, Duration.ofNanos(System.nanoTime() - since));
            }
        }
    }

    private void failed(Throwable failure, Duration ran) {
        well = false;
        failures = ran.compareTo(STEADY) >= 0 ? 1 : failures + 1;
        restarts.increment();
        Duration pause = firstPause.multipliedBy(1L << Math.min(failures - 1, 10));
        pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        try {
            LOG.errorf(failure, "%s ended unexpectedly (%d in a row); it begins anew in %s", name, failures, pause);
        } catch (Throwable another) {
            // Memory is so short that this can't even be said; that it was counted has to do.
            well = false;
        }
        pause(pause);
    }

    /** Called by the work: what can fail at its begin is behind it. */
    public void begun() {
        well = true;
    }

    /** Whether it does its work, or has not begun yet; false from an unexpected end until it has begun anew. */
    public boolean isWell() {
        return well;
    }

    /** Whether it has ended unexpectedly time and again, so that a new process is worth a try. */
    public boolean isHopeless() {
        return failures >= HOPELESS && !well;
    }

    public boolean isStopping() {
        return stop.getCount() == 0;
    }

    /** Called by the work: waits, less when it is told to stop; zero is no time at all. */
    public void pause(Duration time) {
        if (time.isZero()) {
            return;
        }
        try {
            boolean told = stop.await(time.toNanos(), TimeUnit.NANOSECONDS);
            LOG.tracef("Paused; told to stop: %s", told);
        } catch (InterruptedException interrupted) {
            // Nobody here interrupts it; whoever does wants it to end.
            stop.countDown();
        }
    }

    /** Tells the work to stop; who makes it wake up from Kafka does so after this. */
    @Override
    public void close() {
        stop.countDown();
    }
}
