package dev.sluice.client.sse;

import dev.sluice.client.Connection;
import dev.sluice.client.Credential;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.client.http.Answer;
import dev.sluice.client.http.Http;
import dev.sluice.client.http.StreamingCall;
import java.net.URI;
import java.net.http.HttpRequest;

/** {@code GET /v1/stream} and {@code GET /v1/poll}. */
public final class SseClient {

    private static final String EVENT_STREAM = "text/event-stream";
    private static final String NDJSON = "application/x-ndjson";

    private SseClient() {}

    public static Connection stream(URI edge, String token, SubscriptionRequest request) {
        return stream(edge, token, request, "");
    }

    public static Connection stream(URI edge, Credential credential, SubscriptionRequest request) {
        return stream(edge, credential, request, "");
    }

    /** @param lastEventId as a browser sends it when it reconnects; empty when it has none */
    public static Connection stream(URI edge, String token, SubscriptionRequest request, String lastEventId) {
        return stream(edge, Credential.bearer(token), request, lastEventId);
    }

    private static Connection stream(URI edge, Credential credential, SubscriptionRequest request, String lastEventId) {
        var call = call(edge, "/v1/stream", credential, request).header("Accept", EVENT_STREAM);
        if (!lastEventId.isEmpty()) {
            call.header("Last-Event-ID", lastEventId);
        }
        var structured = "cloudevents".equals(request.parameters().get("format"));
        return StreamingCall.start(call, (headers, mailbox) -> {
            requireType(headers.firstValue("Content-Type").orElse(""), EVENT_STREAM);
            return new EventStream(mailbox, structured);
        });
    }

    public static Connection ndjson(URI edge, Credential credential, SubscriptionRequest request) {
        var call = call(edge, "/v1/stream", credential, request).header("Accept", NDJSON);
        return StreamingCall.start(call, (headers, mailbox) -> {
            requireType(headers.firstValue("Content-Type").orElse(""), NDJSON);
            return new NdjsonStream(mailbox);
        });
    }

    /** Waits for the answer. */
    public static Answer poll(URI edge, String token, SubscriptionRequest request) {
        return poll(edge, Credential.bearer(token), request);
    }

    /** Waits for the answer. */
    public static Answer poll(URI edge, Credential credential, SubscriptionRequest request) {
        return Http.send(call(edge, "/v1/poll", credential, request));
    }

    private static HttpRequest.Builder call(URI edge, String path, Credential credential, SubscriptionRequest request) {
        return Http.request(edge.resolve(path + "?" + Http.query(credential.in(request))), credential);
    }

    private static void requireType(String contentType, String wanted) {
        if (!contentType.startsWith(wanted)) {
            throw new IllegalStateException("the answer is " + contentType + ", not " + wanted);
        }
    }
}
