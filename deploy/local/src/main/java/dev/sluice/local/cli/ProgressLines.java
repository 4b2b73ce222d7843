package dev.sluice.local.cli;

import dev.sluice.local.Component;
import dev.sluice.local.Progress;
import dev.sluice.local.Service;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** One line for each step, at once, so that whoever waits sees what for. */
final class ProgressLines implements Progress {

    private static final double MILLIS_PER_SECOND = 1000;

    private final PrintWriter out;
    private boolean stopping;

    ProgressLines(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void started(Service service) {
        print("starting %-11s %s", service.name(), "(pid " + service.pid() + ", port " + service.port() + ")");
    }

    @Override
    public void ready(Service service, Duration took) {
        print("ready    %-11s after %.1f s", service.name(), took.toMillis() / MILLIS_PER_SECOND);
    }

    @Override
    public void stopping(Service service) {
        if (!stopping) {
            stopping = true;
            print("%nstopping, edges first and %s last", Component.KAFKA.id());
        }
    }

    @Override
    public void stopped(Service service) {
        print("stopped  %s", service.name());
    }

    private void print(String format, Object... values) {
        out.printf(Locale.ROOT, format + "%n", values);
        out.flush();
    }
}
