package dev.sluice.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which process listens on a port, read from Linux's {@code /proc}. Best effort: on other systems, and for other users'
 * processes, nobody is found, and the error message goes without.
 */
final class PortOwner {

    private static final Path PROC = Path.of("/proc");
    private static final String LISTEN = "0A";
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;

    private PortOwner() {}

    static Optional<ProcessHandle> of(int port) {
        var sockets = new HashSet<String>();
        for (var table : new String[] {"net/tcp", "net/tcp6"}) {
            sockets.addAll(listening(PROC.resolve(table), port));
        }
        return sockets.isEmpty()
                ? Optional.empty()
                : ProcessHandle.allProcesses()
                        .filter(process -> holds(process.pid(), sockets))
                        .findFirst();
    }

    private static Set<String> listening(Path table, int port) {
        var suffix = String.format(Locale.ROOT, ":%04X", port);
        var links = new HashSet<String>();
        try (var lines = Files.lines(table)) {
            lines.map(line -> line.trim().split("\\s+", -1))
                    .filter(columns -> columns.length > INODE)
                    .filter(columns -> columns[LOCAL_ADDRESS].endsWith(suffix) && columns[STATE].equals(LISTEN))
                    .forEach(columns -> links.add("socket:[" + columns[INODE] + "]"));
        } catch (IOException e) {
            // No such table here: the owner stays unknown.
            return Set.of();
        }
        return links;
    }

    private static boolean holds(long pid, Set<String> sockets) {
        try (Stream<Path> descriptors = Files.list(PROC.resolve(pid + "/fd"))) {
            return descriptors.anyMatch(descriptor -> sockets.contains(target(descriptor)));
        } catch (IOException | UncheckedIOException e) {
            // Another user's process, or one that just ended.
            return false;
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
