package dev.sluice.edge.transport;

import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.Outlet;
import dev.sluice.fanout.session.Session;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A streamed HTTP response as the socket of a session. On the response's event loop. */
public sealed interface ResponseOutlet extends Outlet permits HttpOutlet, StreamOutlet {

    /** Of the request's version. Its head must be set before the first write, and goes out with that. */
    static ResponseOutlet of(RoutingContext context) {
        return context.request().version() == HttpVersion.HTTP_2 ? new StreamOutlet(context) : new HttpOutlet(context);
    }

    /** Lets the session know when the socket drains and when the peer leaves. Before it subscribes, because that may take a while. */
    void attach(Session session);

    /** That of the request. */
    HttpServerResponse response();

    @Override
    default CompletionStage<Void> end(Control.Close close) {
        HttpServerResponse response = response();
        return response.closed() || response.ended()
                ? CompletableFuture.completedFuture(null)
                : response.end().toCompletionStage();
    }
}
