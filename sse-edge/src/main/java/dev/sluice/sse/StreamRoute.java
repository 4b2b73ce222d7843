package dev.sluice.sse;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.edge.engine.Engine;
import dev.sluice.edge.http.Requests;
import dev.sluice.edge.publish.PublisherClient;
import dev.sluice.edge.request.Fields;
import dev.sluice.edge.request.Form;
import dev.sluice.edge.request.SubscriptionSpec;
import dev.sluice.edge.transport.Compression;
import dev.sluice.edge.transport.ContentCoding;
import dev.sluice.edge.transport.ResponseOutlet;
import dev.sluice.fanout.session.FrameFormat;
import dev.sluice.fanout.session.Session;
import dev.sluice.fanout.session.SessionOptions;
import dev.sluice.fanout.session.SubscribeListener;
import dev.sluice.fanout.session.SubscriptionRequest;
import dev.sluice.identity.Caller;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * {@code GET /v1/stream}: an event stream, or NDJSON by {@code Accept}. A route and not a REST resource, because all of a
 * subscription's readers share one encoded event, and because the socket's own writability is what paces it.
 */
@Singleton
class StreamRoute {
    static final String SUBSCRIPTION = "stream";
    private static final String EVENT_STREAM = "text/event-stream";
    private static final String NDJSON = "application/x-ndjson";

    private final Engine engine;
    private final Requests requests;
    private final PublisherClient publisher;
    private final Compression compression;

    StreamRoute(Engine engine, Requests requests, PublisherClient publisher, Compression compression) {
        this.engine = engine;
        this.requests = requests;
        this.publisher = publisher;
        this.compression = compression;
    }

    void register(@Observes Router router) {
        router.route("/v1/stream")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .order(Requests.AFTER_AUTHENTICATION)
                .handler(requests.authenticated(this::stream));
    }

    private void stream(RoutingContext context, Caller caller) throws Rejected {
        boolean ndjson = prefersNdjson(context);
        SubscriptionSpec spec = SubscriptionSpec.ofQuery(
                context.queryParams(), Set.of(), context.request().getHeader("Last-Event-ID"));
        FrameFormat format = format(spec, ndjson);
        String token = Requests.token(context);
        SubscriptionRequest request = spec.request(SUBSCRIPTION, caller, format, publisher.positions(() -> token));
        Optional<ContentCoding> coding =
                compression.contentCoding(context.request().getHeader("Accept-Encoding"));
        if (context.request().method() == HttpMethod.HEAD) {
            head(context, ndjson ? NDJSON : EVENT_STREAM, coding);
            context.response().end();
            return;
        }
        var outlet = ResponseOutlet.of(context, coding);
        Session session = engine.open(
                outlet,
                new SessionOptions(
                        format,
                        caller.token(),
                        caller.expires(),
                        Requests.peer(context, caller, ndjson ? "ndjson" : "sse")));
        outlet.attach(session);
        session.subscribe(request, new SubscribeListener() {
            @Override
            public void started(byte[] cursor) {
                head(context, ndjson ? NDJSON : EVENT_STREAM, coding);
                session.open(SUBSCRIPTION, cursor);
                Requests.forgetToken(context);
            }

            @Override
            public void refused(Problem problem) {
                session.disconnected();
                requests.refuse(context, problem);
            }
        });
    }

    private static FrameFormat format(SubscriptionSpec spec, boolean ndjson) {
        Fields fields = spec.fields().orElse(Fields.ALL);
        if (ndjson) {
            return new NdjsonFormat(fields);
        }
        return spec.form() == Form.CLOUDEVENTS
                ? new SseFormat(Form.CLOUDEVENTS, fields)
                : new SseFormat(Form.DATA, spec.fields().orElse(Fields.TYPE));
    }

    private void head(RoutingContext context, String contentType, Optional<ContentCoding> coding) {
        HttpServerResponse response = context.response();
        if (context.request().version() != HttpVersion.HTTP_2) {
            response.setChunked(true);
        }
        response.putHeader("Content-Type", contentType)
                // Else haproxy, httpd and Caddy compress where they are told to, and CDNs may hold back what they
                // change.
                .putHeader("Cache-Control", "no-store, no-transform")
                // nginx would hold events back until its buffer is full.
                .putHeader("X-Accel-Buffering", "no");
        if (compression.isEnabled()) {
            response.putHeader("Vary", "Accept-Encoding");
        }
        coding.ifPresent(it -> response.putHeader("Content-Encoding", it.token()));
    }

    /** The first offered type that the client accepts, in its order; without a header, an event stream. */
    private static boolean prefersNdjson(RoutingContext context) throws Rejected {
        String accept = context.request().getHeader("Accept");
        if (accept == null || accept.isBlank()) {
            return false;
        }
        for (String range : accept.split(",")) {
            switch (range.split(";", 2)[0].strip().toLowerCase(Locale.ROOT)) {
                case EVENT_STREAM, "text/*", "*/*" -> {
                    return false;
                }
                case NDJSON, "application/*" -> {
                    return true;
                }
                default -> {
                    // The next one may be ours.
                }
            }
        }
        throw new Problem(Reason.NOT_ACCEPTABLE, "Accept", "offered are " + EVENT_STREAM + " and " + NDJSON).rejected();
    }
}
