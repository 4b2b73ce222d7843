package dev.sluice.local.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is written down about a running process, in {@code run/<name>.pid}: one line with pid, start time in ms since the
 * epoch, and port. The start time tells our process from another that got the same pid later.
 *
 * @param name the process's name
 * @param pid its process id
 * @param started when the operating system says it was started
 * @param port where it listens; 0 if nowhere
 */
public record RunFile(String name, long pid, Instant started, int port) {

    private static final String SUFFIX = ".pid";

    /** Linux derives start times from the boot time, which moves a little when the clock is set. */
    private static final Duration CLOCK_SLACK = Duration.ofSeconds(2);

    /** Describes a live process. */
    public static RunFile of(String name, ProcessHandle process, int port) {
        var started = process.info().startInstant().orElse(Instant.EPOCH);
        return new RunFile(name, process.pid(), started, port);
    }

    /** Reads the file of {@code name}; empty when there is none, or when it is no run file. */
    public static Optional<RunFile> read(Path directory, String name) throws IOException {
        try {
            var parts =
                    Files.readString(directory.resolve(name + SUFFIX)).trim().split(" ", -1);
            return Optional.of(new RunFile(
                    name,
                    Long.parseLong(parts[0]),
                    Instant.ofEpochMilli(Long.parseLong(parts[1])),
                    Integer.parseInt(parts[2])));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            // Torn by a crash in mid-write: it says nothing about any process, and is written anew by the next start.
            return Optional.empty();
        }
    }

    /** All names that have a file in the directory, sorted. */
    public static List<String> names(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(SUFFIX))
                    .map(file -> file.substring(0, file.length() - SUFFIX.length()))
                    .sorted()
                    .toList();
        }
    }

    /** Removes the file of {@code name}, if there is one. */
    public static void delete(Path directory, String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name + SUFFIX));
    }

    /** Writes this down, replacing what was there. */
    public void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve(name + SUFFIX), pid + " " + started.toEpochMilli() + " " + port + "\n");
    }

    /** The very process this was written about, if it still lives. */
    public Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(handle -> handle.info()
                .startInstant()
                .map(actual -> Duration.between(actual, started).abs().compareTo(CLOCK_SLACK) <= 0)
                .orElse(started.equals(Instant.EPOCH)));
    }
}
