package dev.sluice.system.up;

import dev.sluice.client.http.Answer;
import dev.sluice.client.http.Http;
import dev.sluice.local.Component;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;

/** What a browser asks before a page's request. */
final class Preflight {

    private Preflight() {}

    static Answer of(String origin) {
        var stream = URI.create("http://localhost:" + Component.SSE_EDGE.defaultPort() + "/v1/stream");
        return Http.send(HttpRequest.newBuilder(stream)
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "GET")
                .header("Access-Control-Request-Headers", "authorization"));
    }
}
