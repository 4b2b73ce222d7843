package dev.sluice.system.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What came of each fault: printed, and written to {@code target/faults.md}. For one thread. */
final class FaultTable {

    private static final Path FILE = Path.of("target/faults.md");
    private static final List<String> HEADER = List.of(
            "fault",
            "clients",
            "events acknowledged",
            "delivered",
            "missing",
            "repeated",
            "out of order",
            "gaps told",
            "lost in gaps",
            "came back",
            "on another protocol",
            "posts repeated",
            "anything else wrong");

    private final List<List<String>> rows = new ArrayList<>();

    void add(String fault, Trial trial, Verdict verdict) {
        var numbers = List.<Number>of(
                trial.everybody().count(),
                trial.acknowledged(),
                verdict.delivered(),
                verdict.missing(),
                verdict.repeated(),
                verdict.outOfOrder(),
                verdict.gaps(),
                verdict.lost(),
                trial.everybody().mapToInt(RoamingClient::resumed).sum(),
                trial.everybody().mapToInt(RoamingClient::switched).sum(),
                trial.producers().repeats(),
                verdict.strange());
        var row = new ArrayList<String>();
        row.add(fault);
        numbers.forEach(number -> row.add(number.toString()));
        rows.add(row);
    }

    /** @param heading in the file and on the screen */
    void print(String heading) {
        var lines = new ArrayList<String>();
        lines.add(line(HEADER));
        lines.add("|---|" + "--:|".repeat(HEADER.size() - 1));
        rows.forEach(row -> lines.add(line(row)));
        var text = heading + "\n\n" + String.join("\n", lines) + "\n";
        System.out.println(text);
        try {
            Files.writeString(FILE, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }
}
