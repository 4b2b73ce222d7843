package dev.sluice.client.http;

import dev.sluice.client.Credential;
import dev.sluice.client.SubscriptionRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;

/** One HTTP client for all tests. It times out nothing but single requests: streams last. */
public final class Http {

    /** HTTP/1.1: with HTTP/2 a paused stream would not stop the reading of its socket. */
    public static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(20))
            .build();

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private Http() {}

    /** A request to be completed; without a token when that is empty. */
    public static HttpRequest.Builder request(URI uri, String token) {
        return request(uri, Credential.bearer(token));
    }

    /** A request to be completed, with the credential's headers. */
    public static HttpRequest.Builder request(URI uri, Credential credential) {
        var request = HttpRequest.newBuilder(uri);
        credential.headers().forEach(request::header);
        return request;
    }

    public static Answer send(HttpRequest.Builder request) {
        try {
            var response =
                    CLIENT.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
            return new Answer(response.statusCode(), response.headers(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new InterruptedIOException());
        }
    }

    public static Answer get(URI uri) {
        return send(request(uri, ""));
    }

    /** The parameters of a subscription in a URL. */
    public static String query(SubscriptionRequest request) {
        var pairs = new ArrayList<String>();
        request.channels().forEach(channel -> pairs.add("channel=" + encoded(channel)));
        request.parameters().forEach((name, value) -> pairs.add(encoded(name) + "=" + encoded(value)));
        return String.join("&", pairs);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
