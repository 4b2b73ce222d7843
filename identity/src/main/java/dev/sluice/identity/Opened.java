package dev.sluice.identity;

import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of the request that opened a connection, to verify the tokens that come on it later: all of them are of one issuer. The
 * request's context would be several KB, for as long as the connection. Safe on any thread.
 */
public final class Opened {
    private final Vertx vertx;
    private final @Nullable String tenant;

    private Opened(Vertx vertx, @Nullable String tenant) {
        this.vertx = vertx;
        this.tenant = tenant;
    }

    public static Opened by(RoutingContext request) {
        return new Opened(request.vertx(), Issuers.tenant(request));
    }

    /**
     * For one verification. Quarkus wants a context for it, but only to note in it what it has found out; the request itself is over, and
     * whoever asks for more hears so.
     */
    RoutingContext context() {
        Map<String, Object> notes = new HashMap<>();
        if (tenant != null) {
            Issuers.note(tenant, notes);
        }
        return (RoutingContext) Proxy.newProxyInstance(
                Opened.class.getClassLoader(),
                new Class<?>[] {RoutingContext.class},
                (proxy, method, arguments) -> answer(proxy, method, arguments, notes));
    }

    private @Nullable Object answer(
            Object self, Method method, Object @Nullable [] arguments, Map<String, Object> notes) {
        Object[] given = arguments == null ? new Object[0] : arguments;
        switch (method.getName()) {
            case "get":
                Object note = notes.get((String) given[0]);
                return note == null && given.length > 1 ? given[1] : note;
            case "put":
                notes.put((String) given[0], given[1]);
                return self;
            case "remove":
                return notes.remove((String) given[0]);
            case "data":
                return notes;
            case "vertx":
                return vertx;
            case "toString":
                return "the notes of a verification";
            case "hashCode":
                return System.identityHashCode(self);
            case "equals":
                return self == given[0];
            default:
                throw new UnsupportedOperationException(
                        method.getName() + ": the request that opened this connection is over");
        }
    }
}
