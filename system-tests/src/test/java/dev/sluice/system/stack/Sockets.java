package dev.sluice.system.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What the kernel says of a server's sockets. Safe on any thread. */
final class Sockets {
    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    /** The other side has closed and this one has not (RFC 9293, section 3.3.2), as the kernel writes it. */
    private static final String CLOSE_WAIT = "08";

    private Sockets() {}

    /** How many sockets a server of this machine keeps though their clients have gone; 0 where the kernel does not say. */
    static long leftOpen(int port) {
        var local = String.format(Locale.ROOT, ":%04X", port);
        return TABLES.stream()
                .filter(Files::isReadable)
                .flatMap(table -> lines(table).stream())
                .map(line -> line.strip().split("\\s+"))
                .filter(columns -> columns[1].endsWith(local) && columns[3].equals(CLOSE_WAIT))
                .count();
    }

    private static List<String> lines(Path table) {
        try {
            return Files.readAllLines(table);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
