package dev.sluice.local.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The end of a log file: what a person would look at after a failure.
 *
 * @param lines the last lines, oldest first; none when there is no file
 */
public record LogTail(List<String> lines) {

    private static final int MAX_BYTES = 256 * 1024;
    private static final Pattern COMPLAINT =
            Pattern.compile("\\b(ERROR|SEVERE|FATAL|Caused by)\\b|(Exception|Error)(:|$)|^Error\\b");

    public LogTail {
        lines = List.copyOf(lines);
    }

    /**
     * Reads what was appended since {@code offset}, at most the last 256 KiB of it.
     *
     * @param offset in bytes; what stands before it belongs to an earlier run
     */
    public static LogTail of(Path file, long offset) throws IOException {
        if (!Files.exists(file)) {
            return new LogTail(List.of());
        }
        try (var log = new RandomAccessFile(file.toFile(), "r")) {
            var from = Math.min(log.length(), Math.max(offset, log.length() - MAX_BYTES));
            var bytes = new byte[(int) (log.length() - from)];
            log.seek(from);
            log.readFully(bytes);
            return new LogTail(new String(bytes, StandardCharsets.UTF_8).lines().toList());
        }
    }

    /** The last line that reads like an error, else the last line that is not blank, else empty. */
    public String lastError() {
        var last = "";
        var complaint = "";
        for (var line : lines) {
            if (!line.isBlank()) {
                last = line;
            }
            if (COMPLAINT.matcher(line).find() && !line.startsWith("\tat ")) {
                complaint = line;
            }
        }
        return (complaint.isEmpty() ? last : complaint).trim();
    }

    /** The last {@code count} lines, joined. */
    public String last(int count) {
        return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
    }
}
