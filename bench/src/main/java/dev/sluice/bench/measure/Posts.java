package dev.sluice.bench.measure;

import dev.sluice.local.Component;
import dev.sluice.local.LocalStack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;

/** Posts to the publisher, by the HTTP client of the JDK. */
final class Posts {
    private static final int CREATED = 201;
    private static final int OK = 200;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI publisher;
    private final String token;

    Posts(LocalStack stack) {
        this.publisher = stack.service(Component.PUBLISHER).url();
        this.token = stack.identity().token("bench", "publisher");
    }

    /** One event; returns when the publisher has answered. */
    void send(String channel, String json) throws IOException, InterruptedException {
        require(http.send(single(channel, json), BodyHandlers.ofString()), CREATED);
    }

    CompletableFuture<Void> sendAsync(String channel, String json) {
        return http.sendAsync(single(channel, json), BodyHandlers.ofString())
                .thenAccept(answer -> require(answer, CREATED));
    }

    /** @param batch a JSON array of CloudEvents */
    CompletableFuture<Void> sendBatch(String batch) {
        var request = to("/v1/events", "application/cloudevents-batch+json", batch);
        return http.sendAsync(request, BodyHandlers.ofString()).thenAccept(answer -> require(answer, OK));
    }

    private HttpRequest single(String channel, String json) {
        return to("/v1/channels/" + channel + "/events", "application/json", json);
    }

    private HttpRequest to(String path, String type, String body) {
        return HttpRequest.newBuilder(publisher.resolve(path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private static void require(HttpResponse<String> answer, int status) {
        if (answer.statusCode() != status || answer.body().contains("\"error\"")) {
            throw new IllegalStateException("the publisher answered " + answer.statusCode() + " " + answer.body());
        }
    }
}
