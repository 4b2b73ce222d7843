package dev.sluice.sse;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.edge.engine.Engine;
import dev.sluice.edge.http.Requests;
import dev.sluice.edge.publish.PublisherClient;
import dev.sluice.edge.request.Fields;
import dev.sluice.edge.request.SubscriptionSpec;
import dev.sluice.edge.request.Values;
import dev.sluice.fanout.session.Session;
import dev.sluice.fanout.session.SessionOptions;
import dev.sluice.fanout.session.Start;
import dev.sluice.fanout.session.SubscribeListener;
import dev.sluice.identity.Caller;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Set;

/** {@code GET /v1/poll}: the long poll, for whom nothing that streams gets through to. */
@Singleton
class PollRoute {
    private static final int LONGEST_WAIT = 60;
    private static final int DEFAULT_WAIT = 25;
    private static final int MOST_EVENTS = 1_000;
    private static final int DEFAULT_EVENTS = 100;

    private final Engine engine;
    private final Requests requests;
    private final PublisherClient publisher;

    PollRoute(Engine engine, Requests requests, PublisherClient publisher) {
        this.engine = engine;
        this.requests = requests;
        this.publisher = publisher;
    }

    void register(@Observes Router router) {
        router.route("/v1/poll")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .order(Requests.AFTER_AUTHENTICATION)
                .handler(requests.authenticated(this::poll));
    }

    private void poll(RoutingContext context, Caller caller) throws Rejected {
        MultiMap query = context.queryParams();
        if (query.contains("on-gap")) {
            throw Problem.malformed("on-gap", "a poll ends with its answer, and that names the gap")
                    .rejected();
        }
        if (query.contains("heartbeat")) {
            throw Problem.malformed("heartbeat", "a poll is answered once; 'wait' says when at the latest")
                    .rejected();
        }
        SubscriptionSpec spec = SubscriptionSpec.ofQuery(
                query, Set.of("wait", "limit"), context.request().getHeader("Last-Event-ID"));
        int wait = query.contains("wait") ? Values.number("wait", query.get("wait"), 0, LONGEST_WAIT) : DEFAULT_WAIT;
        int limit =
                query.contains("limit") ? Values.number("limit", query.get("limit"), 1, MOST_EVENTS) : DEFAULT_EVENTS;
        var format = new PollFormat(limit, spec.fields().orElse(Fields.ALL));
        String token = Requests.token(context);
        var request = spec.request(StreamRoute.SUBSCRIPTION, caller, format, publisher.positions(() -> token));
        if (context.request().method() == HttpMethod.HEAD) {
            PollAnswer.head(context.response()).end();
            return;
        }
        var answer = new PollAnswer(context, format);
        Session session = engine.open(
                answer,
                new SessionOptions(format, caller.token(), caller.expires(), Requests.peer(context, caller, "poll")));
        answer.attach(session);
        boolean onlyWhere =
                spec.start() instanceof Start.Live && spec.acknowledged().isEmpty();
        session.subscribe(request, new SubscribeListener() {
            @Override
            public void started(byte[] cursor) {
                format.moveTo(cursor);
                // What is in memory was read when this turn of the loop is over; only then is it time to wait.
                answer.waitFor(onlyWhere ? 0 : wait);
            }

            @Override
            public void refused(Problem problem) {
                session.disconnected();
                requests.refuse(context, problem);
            }
        });
    }
}
