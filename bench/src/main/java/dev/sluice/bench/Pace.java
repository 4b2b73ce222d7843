package dev.sluice.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * What events cost that come one at a time: most users' events do.
 *
 * @param cpuMicros of the server's CPU a delivery
 * @param p50 how much later than the first client half of the clients have an event, in ms
 * @param p99 as that, but one in a hundred
 */
record Pace(double cpuMicros, double p50, double p99) {

    /** Something that is done again and again. */
    interface Act {
        void now() throws IOException;
    }

    /** Does it so often, at times that were set before: one that was late does not delay the others. */
    static void keep(int times, double perSecond, Act act) throws IOException {
        long begin = System.nanoTime();
        for (int i = 0; i < times; i++) {
            long due = begin + (long) (i * 1e9 / perSecond);
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            act.now();
        }
    }

    /** @param spread ascending, in ns */
    static Pace of(Duration cpu, long[] spread) {
        return new Pace(cpu.toNanos() / 1e3 / spread.length, at(spread, 0.5), at(spread, 0.99));
    }

    private static double at(long[] ascending, double share) {
        return ascending[(int) (share * (ascending.length - 1))] / 1e6;
    }

    /** Of a process, until now. */
    static Duration cpu(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElseThrow(() -> new IllegalStateException("nobody says what CPU time process " + pid + " has had"));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.1f µs of CPU a delivery, p50 %.1f ms, p99 %.1f ms", cpuMicros, p50, p99);
    }
}
