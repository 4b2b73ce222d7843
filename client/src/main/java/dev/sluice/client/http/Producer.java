package dev.sluice.client.http;

import dev.sluice.client.NewEvent;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Posts to the publisher. */
public record Producer(URI publisher, String token) {
    private static final int CREATED = 201;
    private static final int UNAVAILABLE = 503;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration AGAIN = Duration.ofMillis(500);

    /** A plain post. */
    public Answer post(NewEvent event) {
        var request = channelPost(event.channel() + (event.type().isEmpty() ? "" : "?type=" + event.type()))
                .POST(BodyPublishers.ofByteArray(event.data()));
        if (!event.contentType().isEmpty()) {
            request.header("Content-Type", event.contentType());
        }
        if (!event.id().isEmpty()) {
            request.header("Idempotency-Key", event.id());
        }
        return Http.send(request);
    }

    /** A plain post of text, which Kafka has when this returns; answers the cursor after it. */
    public String text(String channel, String text) {
        return accepted(NewEvent.text(channel, text));
    }

    /** A plain post that must succeed; answers the cursor after it. */
    public String accepted(NewEvent event) {
        var named = event.id().isEmpty() ? event.id(UUID.randomUUID().toString()) : event;
        return accepted(event, () -> post(named));
    }

    /** What is refused for now is posted again, by the same id, as every producer should do. */
    private static String accepted(NewEvent event, Supplier<Answer> post) {
        var deadline = Instant.now().plus(PATIENCE);
        while (true) {
            var answer = post.get();
            if (answer.status() == CREATED) {
                return answer.json().path("cursor").asText();
            }
            if (answer.status() != UNAVAILABLE || Instant.now().isAfter(deadline)) {
                throw new AssertionError("posting " + event + " was answered by " + answer);
            }
            LockSupport.parkNanos(AGAIN.toNanos());
        }
    }

    /** The event as a CloudEvent in binary mode, which must be accepted; answers the cursor after it. */
    public String cloudEvent(NewEvent event) {
        var request = channelPost(event.channel())
                .header("ce-specversion", "1.0")
                .header("ce-id", event.id())
                .header("ce-source", event.source())
                .header("ce-type", event.type())
                .POST(BodyPublishers.ofByteArray(event.data()));
        event.attributes().forEach((name, value) -> request.header("ce-" + name, value));
        if (!event.contentType().isEmpty()) {
            request.header("Content-Type", event.contentType());
        }
        return accepted(event, () -> Http.send(request));
    }

    /** Any body to {@code /v1/events}. */
    public Answer events(String contentType, String body) {
        return Http.send(Http.request(publisher.resolve("/v1/events"), token)
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofString(body, StandardCharsets.UTF_8)));
    }

    /** A request to {@code /v1/channels/{channel}/events}, to be completed. */
    public HttpRequest.Builder channelPost(String channel) {
        var query = channel.indexOf('?');
        var path = query < 0 ? channel : channel.substring(0, query);
        var rest = query < 0 ? "" : channel.substring(query);
        return Http.request(publisher.resolve("/v1/channels/" + path + "/events" + rest), token);
    }
}
