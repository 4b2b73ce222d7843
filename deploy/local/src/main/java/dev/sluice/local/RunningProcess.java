package dev.sluice.local;

import dev.sluice.local.process.RunFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A process of a stack that some other launcher started, as its run file tells.
 *
 * @param name {@code sse-edge}, {@code sse-edge-1}, …
 * @param component what it runs
 * @param pid its process id
 * @param port where it listens
 * @param alive whether that very process lives
 */
public record RunningProcess(String name, Component component, long pid, int port, boolean alive) {

    /** What can be seen from outside. */
    public enum State {
        READY("ready"),
        NOT_READY("not ready"),
        GONE("gone");

        private final String words;

        State(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /** All that have a run file, in the order in which they are started. */
    public static List<RunningProcess> of(Layout layout) throws IOException {
        var found = new ArrayList<RunningProcess>();
        var names = RunFile.names(layout.run());
        for (var component : Component.values()) {
            for (var name : names) {
                if (name.equals(component.id()) || name.startsWith(component.id() + "-")) {
                    RunFile.read(layout.run(), name).ifPresent(file -> found.add(of(component, file)));
                }
            }
        }
        return found;
    }

    private static RunningProcess of(Component component, RunFile file) {
        return new RunningProcess(
                file.name(), component, file.pid(), file.port(), file.process().isPresent());
    }

    /** Asks the process; takes up to 3 s. */
    public State state() throws InterruptedException {
        if (!alive) {
            return State.GONE;
        }
        return new Readiness().isReady(component, port) ? State.READY : State.NOT_READY;
    }
}
