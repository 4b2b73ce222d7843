package dev.sluice.local;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The stack, or one service of it, could not be started. The message is one clear line, followed by the end of the log.
 */
public final class StartFailed extends RuntimeException {

    private static final int TAIL = 40;

    private final String line;
    private final boolean wasStopped;

    private StartFailed(String line, String tail, boolean wasStopped) {
        super(tail.isBlank() ? line : line + "\n" + tail.indent(4).stripTrailing());
        this.line = line;
        this.wasStopped = wasStopped;
    }

    /** Something was wrong before any process was started. */
    public static StartFailed before(String line) {
        return new StartFailed(line, "", false);
    }

    /** A process ended, or did not get ready. */
    static StartFailed of(Service service, String what) {
        return new StartFailed(describe(service, what), tailOf(service), false);
    }

    /** Nothing is wrong: the stack was closed before it was ready. */
    static StartFailed stopped(Service service) {
        return new StartFailed(service.name() + " was stopped before it was ready", "", true);
    }

    /** Whether somebody wanted it to end; for a person who pressed Ctrl-C that is no news. */
    public boolean wasStopped() {
        return wasStopped;
    }

    /** Without the log's tail. */
    public String line() {
        return line;
    }

    /** {@code sse-edge ended with code 1: … (log: …)}. */
    static String describe(Service service, String what) {
        var reason = lastErrorOf(service);
        return service.name() + " " + what + (reason.isEmpty() ? "" : ": " + reason) + " (log: "
                + shortest(service.logFile()) + ")";
    }

    private static String lastErrorOf(Service service) {
        try {
            return service.logTail().lastError();
        } catch (IOException e) {
            return "its log can't be read (" + e.getMessage() + ")";
        }
    }

    private static String tailOf(Service service) {
        try {
            return service.logTail().last(TAIL);
        } catch (IOException e) {
            return "";
        }
    }

    private static Path shortest(Path file) {
        var here = Path.of("").toAbsolutePath();
        return file.startsWith(here) ? here.relativize(file) : file;
    }
}
