package dev.sluice.edge.http;

import dev.sluice.fanout.session.Session;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/**
 * Notices that the client of a session has gone, or that its response is over. To be asked for as soon as there is a session, before anything is waited for: nobody
 * would tell of it later, and the session would keep its place for ever.
 *
 * <p>By the context's list of handlers. The response itself has one slot for each kind, and whoever sets that second wins.
 */
public final class Departure {
    private Departure() {}

    /** On the response's event loop. */
    public static void watch(RoutingContext context, Session session) {
        HttpServerResponse response = context.response();
        context.addEndHandler(over -> session.disconnected());
        if (response.closed()) {
            session.disconnected();
        }
    }
}
