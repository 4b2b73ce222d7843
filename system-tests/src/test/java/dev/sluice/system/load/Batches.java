package dev.sluice.system.load;

import dev.sluice.client.Json;
import dev.sluice.client.http.Producer;
import java.util.ArrayList;
import java.util.List;

/** Posts many events with few requests. */
final class Batches {

    private static final int MOST_EVENTS = 100;
    private static final int MOST_CHARACTERS = 900_000;
    private static final String BATCH = "application/cloudevents-batch+json";

    private final Producer producer;
    private final List<String> waiting = new ArrayList<>();
    private int characters;

    Batches(Producer producer) {
        this.producer = producer;
    }

    void add(String channel, String text) {
        var event = Json.object()
                .put("specversion", "1.0")
                .put("id", Integer.toString(text.hashCode()) + "-" + System.nanoTime())
                .put("source", "/tests/load")
                .put("type", "message")
                .put("channel", channel)
                .put("datacontenttype", "text/plain")
                .put("data", text)
                .toString();
        waiting.add(event);
        characters += event.length();
        if (waiting.size() >= MOST_EVENTS || characters > MOST_CHARACTERS) {
            flush();
        }
    }

    void flush() {
        if (waiting.isEmpty()) {
            return;
        }
        var answer = producer.events(BATCH, "[" + String.join(",", waiting) + "]");
        var results = answer.json().path("results");
        if (answer.status() != 200 || results.size() != waiting.size()) {
            throw new AssertionError("a batch was answered by " + answer);
        }
        for (var result : results) {
            if (result.has("error")) {
                throw new AssertionError("an event was refused: " + result);
            }
        }
        waiting.clear();
        characters = 0;
    }
}
