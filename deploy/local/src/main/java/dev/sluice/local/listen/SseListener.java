package dev.sluice.local.listen;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Server-sent events (WHATWG HTML, section 9.2): one line of JSON for each block. */
public final class SseListener implements Listener {

    private static final int OK = 200;

    @Override
    public void listen(Target target, Consumer<String> line) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(target.resolve("/v1/stream?" + target.query()))
                .header("Authorization", target.authorization())
                .header("Accept", "text/event-stream")
                .build();
        var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofLines());
        try (var lines = response.body()) {
            if (response.statusCode() != OK) {
                throw new IOException("refused: " + response.statusCode() + " " + lines.collect(Collectors.joining()));
            }
            var block = new LinkedHashMap<String, String>();
            lines.forEach(received -> take(received, block, line));
        }
    }

    private static void take(String received, Map<String, String> block, Consumer<String> line) {
        if (received.isEmpty()) {
            if (!block.isEmpty()) {
                line.accept(Json.line(block));
                block.clear();
            }
            return;
        }
        var colon = received.indexOf(':');
        if (colon > 0) {
            var value = received.substring(colon + 1);
            block.merge(
                    received.substring(0, colon),
                    value.startsWith(" ") ? value.substring(1) : value,
                    (a, b) -> a + "\n" + b);
        }
    }
}
