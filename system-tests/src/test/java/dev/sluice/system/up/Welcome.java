package dev.sluice.system.up;

import java.util.List;

/** What {@code ./sluice up} prints for copying: indented lines that begin with a command. */
record Welcome(List<String> commands) {

    private static final String TOKEN = "TOKEN=$(";

    static Welcome of(List<String> lines) {
        return new Welcome(lines.stream()
                .filter(line -> line.startsWith("  "))
                .map(String::strip)
                .filter(line -> line.startsWith("curl ") || line.startsWith("./sluice ") || line.startsWith(TOKEN))
                .toList());
    }

    /** The command inside {@code TOKEN=$(…)}. */
    String tokenCommand() {
        var line = first(TOKEN);
        return line.substring(TOKEN.length(), line.lastIndexOf(')'));
    }

    List<String> listenCommands() {
        return commands.stream()
                .filter(line -> line.startsWith("curl -N") || line.startsWith("./sluice listen"))
                .toList();
    }

    String publishCommand() {
        return commands.stream()
                .filter(line -> line.startsWith("curl ") && line.contains("/events"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no command to publish in " + commands));
    }

    private String first(String start) {
        return commands.stream()
                .filter(line -> line.startsWith(start))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + start + "…) in " + commands));
    }
}
