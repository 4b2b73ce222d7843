package dev.sluice.local;

import java.time.Duration;

/** What a stack tells while it starts and stops. Called on the thread that starts or stops it. */
public interface Progress {

    /** Tells nobody. */
    Progress SILENT = new Progress() {};

    default void started(Service service) {}

    /** It is ready, so long after its process was started. */
    default void ready(Service service, Duration took) {}

    default void stopping(Service service) {}

    default void stopped(Service service) {}
}
