package dev.sluice.client.sse;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.client.Background;
import dev.sluice.client.Connection;
import dev.sluice.client.Credential;
import dev.sluice.client.Mailbox;
import dev.sluice.client.StructuredEvents;
import dev.sluice.client.SubscriptionRequest;
import java.net.URI;

/** {@code GET /v1/poll}, asked again and again until it is refused. */
public final class Polling implements Connection {
    private static final String WAIT_SECONDS = "5";

    private final Mailbox mailbox = new Mailbox();
    private final Background thread = new Background();
    private volatile boolean closed;

    private Polling() {}

    /** @param request with the cursor to begin after */
    public static Connection start(URI edge, Credential credential, SubscriptionRequest request) {
        var polling = new Polling();
        polling.thread
                .run(() -> polling.poll(edge, credential, request.with("wait", WAIT_SECONDS)))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        polling.mailbox.violated(failure);
                    }
                });
        return polling;
    }

    private void poll(URI edge, Credential credential, SubscriptionRequest first) {
        var request = first;
        while (!closed) {
            var answer = SseClient.poll(edge, credential, request);
            if (answer.status() != 200) {
                mailbox.end(answer.refusal());
                return;
            }
            for (JsonNode event : answer.json().path("events")) {
                mailbox.add(StructuredEvents.read(event.toString()));
            }
            request = request.cursor(answer.json().path("cursor").asText());
        }
    }

    @Override
    public Mailbox mailbox() {
        return mailbox;
    }

    /** Whoever polls has nothing to pause: what it does not ask for is not sent. */
    @Override
    public void pauseReading() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void resumeReading() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        closed = true;
        thread.close();
    }
}
