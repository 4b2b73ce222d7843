package dev.sluice.identity.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * What is a list may come as several lines of the same header (RFC 9110, section 5.3), as a proxy sends it that adds to it. From here on it
 * is one line, so that nobody reads the first one alone.
 */
@Singleton
class ListHeaders {
    /** Before anybody reads a header. */
    private static final int FIRST = 5_000;

    private static final List<String> LISTS = List.of(
            "Accept",
            "Accept-Encoding",
            "Accept-Language",
            "Access-Control-Request-Headers",
            "Connection",
            "Forwarded",
            "Sec-WebSocket-Extensions",
            "Sec-WebSocket-Protocol",
            "X-Forwarded-For");

    void register(@Observes Filters filters) {
        filters.register(ListHeaders::join, FIRST);
    }

    private static void join(RoutingContext context) {
        MultiMap headers = context.request().headers();
        LISTS.forEach(name -> join(headers, name, ", "));
        // HTTP/2 splits it, to compress it better (RFC 9113, section 8.2.3).
        join(headers, "Cookie", "; ");
        context.next();
    }

    static void join(MultiMap headers, String name, String separator) {
        List<String> lines = headers.getAll(name);
        if (lines.size() > 1) {
            headers.set(name, String.join(separator, lines));
        }
    }
}
