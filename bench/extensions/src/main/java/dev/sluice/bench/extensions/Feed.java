package dev.sluice.bench.extensions;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.inject.Singleton;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import org.jboss.resteasy.reactive.RestQuery;

/** Gives every subscriber every event. An event is made once for all of them, which is the best that can be done above an extension. */
@Singleton
@Path("/go")
public class Feed {
    private final List<Subscriber<?>> subscribers = new CopyOnWriteArrayList<>();

    private record Subscriber<T>(MultiEmitter<? super T> emitter, Class<T> type) {
        void emit(Object event) {
            if (type.isInstance(event)) {
                emitter.emit(type.cast(event));
            }
        }
    }

    <T> Multi<T> of(Class<T> type, T first) {
        return Multi.createFrom()
                .emitter(
                        emitter -> {
                            var subscriber = new Subscriber<T>(emitter, type);
                            emitter.onTermination(() -> subscribers.remove(subscriber));
                            emitter.emit(first);
                            subscribers.add(subscriber);
                        },
                        BackPressureStrategy.BUFFER);
    }

    /** Returns when all of them have been handed over. */
    @POST
    public String go(
            @RestQuery int events, @RestQuery String protocol, @RestQuery String marker, @RestQuery int payload) {
        IntFunction<Object> form = Forms.of(protocol, marker, events, payload);
        for (int i = 0; i < events; i++) {
            emit(form.apply(i));
        }
        return "";
    }

    private void emit(Object event) {
        subscribers.forEach(subscriber -> subscriber.emit(event));
    }
}
