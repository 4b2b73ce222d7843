package dev.sluice.local.process;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.Objects;

/**
 * First main class of every child: ends the process when its parent is gone, and otherwise runs the real main class.
 *
 * <p>The parent holds the other end of standard input and never writes. End of file therefore means that the parent is
 * gone, however it died, also by {@code kill -9}. The exit is an ordinary one, so that shutdown hooks run; after
 * {@value #GRACE_MS} ms it is a halt.
 *
 * <p>Uses nothing but the JDK, and no logging: the real main class chooses its log manager first.
 */
public final class Tether {

    private static final long GRACE_MS = 15_000;

    private Tether() {}

    /** Arguments: the real main class, then its arguments. */
    public static void main(String[] args) throws ReflectiveOperationException {
        daemon("sluice-tether", Tether::exitWithParent).start();
        var main = Class.forName(args[0]).getMethod("main", String[].class);
        try {
            main.invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
        } catch (InvocationTargetException e) {
            // As the JVM itself would report it, without our frames in between.
            Objects.requireNonNullElse(e.getCause(), e).printStackTrace();
            System.exit(1);
        }
    }

    private static void exitWithParent() {
        try {
            while (System.in.read() >= 0) {
                // The parent writes nothing; whatever came, it is still there.
            }
        } catch (IOException e) {
            System.err.println("sluice: lost the launcher: " + e);
        }
        System.err.println("sluice: the launcher is gone, exiting");
        daemon("sluice-halt", Tether::haltAfterGrace).start();
        System.exit(0);
    }

    private static void haltAfterGrace() {
        try {
            Thread.sleep(GRACE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(1);
    }

    private static Thread daemon(String name, Runnable task) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
