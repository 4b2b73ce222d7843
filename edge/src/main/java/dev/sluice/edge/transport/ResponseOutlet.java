package dev.sluice.edge.transport;

import dev.sluice.fanout.session.Outlet;
import dev.sluice.fanout.session.Session;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A streamed HTTP response as the socket of a session. On the response's event loop. */
public sealed interface ResponseOutlet extends Outlet permits HttpOutlet, StreamOutlet {

    /**
     * Of the request's version. Its head must be set before the first write, and goes out with that.
     *
     * @param coding how its body is compressed, which its head has to say; empty where it is not
     */
    static ResponseOutlet of(RoutingContext context, Optional<ContentCoding> coding) {
        return context.request().version() == HttpVersion.HTTP_2
                ? new StreamOutlet(context, coding.orElse(null))
                : new HttpOutlet(context, coding.orElse(null));
    }

    /** Lets the session know when the socket drains and when the peer leaves. Before it subscribes, because that may take a while. */
    void attach(Session session);

    /** What its body begins and ends with besides its pieces; null where there is nothing. */
    @Nullable
    GzipStream gzip();

    /** Ends it in the way of Vert.x, after what was written. */
    default CompletionStage<Void> end(HttpServerResponse response) {
        if (response.closed() || response.ended()) {
            return CompletableFuture.completedFuture(null);
        }
        GzipStream gzip = gzip();
        if (gzip != null) {
            // Before it has counted what it says of itself.
            write(gzip.end(), GzipStream.NOTHING);
        }
        return response.end().toCompletionStage();
    }
}
