package dev.sluice.edge.http;

import io.vertx.ext.web.RoutingContext;

/**
 * Notices that the client of a session has gone, or that its response is over. To be asked for as soon as there is a session, before anything is waited for: nobody
 * would tell of it later, and the session would keep its place for ever.
 *
 * <p>By the context's list of handlers. The response itself has one slot for each kind, and whoever sets that second wins.
 */
public final class Departure {
    private Departure() {}

    /**
     * On the response's event loop.
     *
     * @param departed may be told twice
     */
    public static void watch(RoutingContext context, Runnable departed) {
        context.addEndHandler(over -> departed.run());
        if (context.response().closed()) {
            departed.run();
        }
    }
}
