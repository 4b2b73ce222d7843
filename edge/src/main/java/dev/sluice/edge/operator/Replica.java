package dev.sluice.edge.operator;

import dev.sluice.edge.engine.Engine;
import dev.sluice.fanout.session.SessionView;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Looks at this replica while somebody watches: once for all who do. */
@Singleton
class Replica {
    static final Duration PERIOD = Duration.ofSeconds(2);
    /** Of sessions, so that no event loop is held up for long. */
    private static final int PAGE = 1_000;

    private final Engine engine;
    private final MeterRegistry registry;
    private final String service;
    private final String id = UUID.randomUUID().toString();
    private final Multi<ReplicaView> views;

    Replica(Engine engine, MeterRegistry registry, @ConfigProperty(name = "quarkus.application.name") String service) {
        this.engine = engine;
        this.registry = registry;
        this.service = service;
        this.views = Multi.createFrom()
                .ticks()
                .every(PERIOD)
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> look())
                .onItem()
                .scan(ReplicaView::since)
                .broadcast()
                .withCancellationAfterLastSubscriberDeparture()
                .toAllSubscribers();
    }

    /** One every {@link #PERIOD}; whoever reads slowly misses some. */
    Multi<ReplicaView> views() {
        return views.onOverflow().drop();
    }

    private Uni<ReplicaView> look() {
        return look("", ReplicaView.Subscriptions.NONE)
                .map(subscriptions -> new ReplicaView(
                        Instant.now(),
                        service,
                        id,
                        engine.isReady(),
                        engine.isDraining(),
                        (long) gauge("sluice.connections.active"),
                        subscriptions,
                        count("sluice.events.delivered"),
                        count("sluice.bytes.delivered"),
                        count("sluice.requests.refused"),
                        ReplicaView.Rates.NONE));
    }

    private Uni<ReplicaView.Subscriptions> look(String after, ReplicaView.Subscriptions before) {
        return Uni.createFrom()
                .completionStage(() -> engine.sessions(after, PAGE))
                .flatMap(page -> {
                    ReplicaView.Subscriptions all = before;
                    for (SessionView session : page) {
                        all = all.plus(session);
                    }
                    return last(page, all);
                });
    }

    private Uni<ReplicaView.Subscriptions> last(List<SessionView> page, ReplicaView.Subscriptions all) {
        return page.size() < PAGE
                ? Uni.createFrom().item(all)
                : look(page.get(page.size() - 1).id(), all);
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    private double count(String name) {
        return registry.find(name).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }
}
