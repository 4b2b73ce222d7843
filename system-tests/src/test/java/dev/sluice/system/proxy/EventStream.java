package dev.sluice.system.proxy;

/** The blocks of {@code text/event-stream}, a comment as a heartbeat. */
final class EventStream {
    private final Visit visit;
    private final LineReader lines = new LineReader(this::line);
    private String id = "";
    private String event = "message";
    private String data = "";

    EventStream(Visit visit) {
        this.visit = visit;
    }

    void read(byte[] piece) {
        lines.read(piece);
    }

    private void line(String line) {
        if (line.startsWith(":")) {
            visit.add("sluice.heartbeat", "", "");
        } else if (line.startsWith("id: ")) {
            id = line.substring(4);
        } else if (line.startsWith("event: ")) {
            event = line.substring(7);
        } else if (line.startsWith("data: ")) {
            data = line.substring(6);
        } else if (line.isEmpty() && !id.isEmpty()) {
            visit.add(event, id, data);
            id = "";
            event = "message";
            data = "";
        }
    }
}
