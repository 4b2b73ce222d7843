package dev.sluice.system.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process holds of the machine's memory, in bytes, as Linux tells it.
 *
 * @param now at this moment
 * @param most since it began
 */
record Rss(long now, long most) {

    static Rss of(long pid) {
        return new Rss(read(pid, "VmRSS:"), read(pid, "VmHWM:"));
    }

    private static long read(long pid, String what) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                            .filter(line -> line.startsWith(what))
                            .map(line -> line.replaceAll("[^0-9]", ""))
                            .mapToLong(Long::parseLong)
                            .findFirst()
                            .orElseThrow(() -> new IllegalStateException("no " + what + " of " + pid))
                    * 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
