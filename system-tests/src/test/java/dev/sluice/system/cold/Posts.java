package dev.sluice.system.cold;

import dev.sluice.client.Json;
import dev.sluice.client.NewEvent;
import dev.sluice.client.http.Producer;
import java.util.ArrayList;
import java.util.List;

/** Many events with few requests; all of them are in the log when it returns, in their order. */
final class Posts {
    private static final int BATCH = 400;
    /** A batch may have 1 MiB. */
    private static final int BATCH_CHARACTERS = 900_000;

    private Posts() {}

    static void texts(Producer producer, String channel, List<String> texts) {
        texts(producer, channel, "message", texts);
    }

    static void texts(Producer producer, String channel, String type, List<String> texts) {
        send(producer, texts.stream().map(text -> event(channel, type, text)).toList());
    }

    /** One event, posted until it is accepted; answers the cursor after it. */
    static String text(Producer producer, String channel, String text) {
        while (true) {
            var answer = producer.post(NewEvent.text(channel, text).id(text));
            if (answer.status() == 201) {
                return answer.json().path("cursor").asText();
            }
            if (answer.status() != 503) {
                throw new AssertionError("a post was answered by " + answer);
            }
        }
    }

    /** One event a channel. */
    static void toEach(Producer producer, List<String> channels, String suffix) {
        send(
                producer,
                channels.stream()
                        .map(channel -> event(channel, "message", channel + suffix))
                        .toList());
    }

    private static String event(String channel, String type, String text) {
        return Json.object()
                .put("specversion", "1.0")
                .put("id", text.hashCode() + "-" + System.nanoTime())
                .put("source", "/tests/cold")
                .put("type", type)
                .put("channel", channel)
                .put("datacontenttype", "text/plain")
                .put("data", text)
                .toString();
    }

    private static void send(Producer producer, List<String> events) {
        var from = 0;
        while (from < events.size()) {
            var to = from;
            var characters = 0;
            do {
                characters += events.get(to++).length();
            } while (to < events.size()
                    && to - from < BATCH
                    && characters + events.get(to).length() < BATCH_CHARACTERS);
            var batch = events.subList(from, to);
            while (!batch.isEmpty()) {
                batch = refused(producer, batch);
            }
            from = to;
        }
    }

    /** Those that have to be posted again: their channels are just moving to another partition. */
    private static List<String> refused(Producer producer, List<String> batch) {
        var answer = producer.events("application/cloudevents-batch+json", "[" + String.join(",", batch) + "]");
        if (answer.status() == 503) {
            return batch;
        }
        var results = answer.json().path("results");
        if (answer.status() != 200 || results.size() != batch.size()) {
            throw new AssertionError("a batch was answered by " + answer);
        }
        List<String> again = new ArrayList<>();
        for (var i = 0; i < batch.size(); i++) {
            var reason = results.get(i).path("error").path("reason").asText();
            if (reason.equals("unavailable")) {
                again.add(batch.get(i));
            } else if (!reason.isEmpty()) {
                throw new AssertionError("an event was refused: " + results.get(i));
            }
        }
        return again;
    }
}
