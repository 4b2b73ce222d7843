package dev.sluice.client.http;

import dev.sluice.client.NewEvent;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;

/** Posts to the publisher. */
public record Producer(URI publisher, String token) {

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
        var answer = post(event);
        if (answer.status() != 201) {
            throw new AssertionError("posting " + event + " was answered by " + answer);
        }
        return answer.json().path("cursor").asText();
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
        var answer = Http.send(request);
        if (answer.status() != 201) {
            throw new AssertionError("posting " + event + " was answered by " + answer);
        }
        return answer.json().path("cursor").asText();
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
