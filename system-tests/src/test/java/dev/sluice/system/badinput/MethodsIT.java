package dev.sluice.system.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.Component;
import dev.sluice.client.http.Http;
import dev.sluice.system.stack.Sluice;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** One table: each path of each service by each method. Printed, for who wants to see it. */
@BadInput
class MethodsIT {
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE");
    private static final String GET = "GET, HEAD, OPTIONS";
    private static final String POST = "POST, OPTIONS";
    private static final Map<String, String> OPERATORS = Map.of("/q/health/live", GET, "/q/metrics", GET);
    private static final Map<Component, Map<String, String>> PATHS = Map.of(
            Component.PUBLISHER,
            Map.of(
                    "/v1/events", POST,
                    "/v1/channels/rooms.methods/events", POST,
                    "/v1/revocations", POST,
                    "/v1/backchannel-logout", POST,
                    "/q/openapi", GET,
                    "/sluice.v1.PublisherService/Publish", POST),
            Component.SSE_EDGE,
            Map.of(
                    "/v1/stream?channel=rooms.methods", GET,
                    "/v1/poll?channel=rooms.methods&wait=0", GET,
                    "/v1/acks", POST,
                    "/v1/acks/methods", "DELETE, OPTIONS",
                    "/v1/tickets", POST),
            Component.WS_EDGE,
            Map.of("/v1/ws", GET, "/v1/tickets", POST),
            Component.GRPC_EDGE,
            Map.of("/sluice.v1.NotificationService/StreamUpdates", POST, "/v1/tickets", POST));

    private final Sluice sluice;
    private final String token;

    MethodsIT(Sluice sluice) {
        this.sluice = sluice;
        this.token = sluice.token("methods");
    }

    @Test
    void shouldSayOfEachPathByWhichMethodsItIsAsked() throws Exception {
        var table = new ArrayList<String>();
        for (var service : Sluice.SERVICES) {
            for (var paths : List.of(PATHS.get(service), OPERATORS)) {
                for (var path : new TreeSet<>(paths.keySet())) {
                    table.add(row(service, path, paths.get(path)));
                }
            }
        }
        System.out.println("| service | path | Allow | " + String.join(" | ", METHODS) + " |");
        table.forEach(System.out::println);
    }

    private String row(Component service, String path, String allow) throws Exception {
        var cells = new ArrayList<String>();
        var get = "";
        for (var method : METHODS) {
            var what = service + " " + method + " " + path;
            var answer = ask(service, method, path);
            var status = String.valueOf(answer.statusCode());
            var known = List.of(allow.split(", ")).contains(method);
            if (method.equals("OPTIONS")) {
                assertThat(status).as(what).isEqualTo("204");
            }
            if (!known) {
                assertThat(status).as(what).isEqualTo("405");
                assertThat(text(answer)).as(what).contains(method.equals("HEAD") ? "" : "method-not-allowed");
            } else {
                assertThat(status).as(what).isNotIn("404", "405", "500");
            }
            if (!known || method.equals("OPTIONS")) {
                assertThat(answer.headers().firstValue("Allow")).as(what).contains(allow);
            }
            if (method.equals("GET")) {
                get = status;
            }
            if (method.equals("HEAD")) {
                assertThat(status).as(what).isEqualTo(get);
                assertThat(text(answer)).as(what).isEmpty();
            }
            answer.body().close();
            cells.add(status);
        }
        return "| " + service + " | " + path + " | " + allow + " | " + String.join(" | ", cells) + " |";
    }

    private HttpResponse<java.io.InputStream> ask(Component service, String method, String path) throws Exception {
        return Http.CLIENT.send(
                Http.request(java.net.URI.create(sluice.url(service) + path), token)
                        .method(method, BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofInputStream());
    }

    private static String text(HttpResponse<java.io.InputStream> answer) throws IOException {
        return new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** The head that GET would have, and no body: not a stream that begins. */
    @Test
    void shouldAnswerHeadWithTheHeadOfGet() throws Exception {
        var stream = ask(Component.SSE_EDGE, "HEAD", "/v1/stream?channel=rooms.methods");
        assertThat(stream.statusCode()).isEqualTo(200);
        assertThat(stream.headers().firstValue("Content-Type")).contains("text/event-stream");
        assertThat(text(stream)).isEmpty();
        var poll = ask(Component.SSE_EDGE, "HEAD", "/v1/poll?channel=rooms.methods");
        assertThat(poll.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(ask(Component.SSE_EDGE, "HEAD", "/v1/stream?channel=orders.1").statusCode())
                .isEqualTo(403);
    }
}
