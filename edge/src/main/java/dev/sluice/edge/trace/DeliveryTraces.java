package dev.sluice.edge.trace;

import dev.sluice.contract.event.Event;
import dev.sluice.contract.trace.EventTrace;
import dev.sluice.fanout.log.LogEvent;
import dev.sluice.fanout.session.DeliveryListener;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import jakarta.inject.Singleton;
import java.time.Instant;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * One span for each event loop that has handed an event of a sampled trace to its live clients: how many they were, and how long it
 * took. None for clients that catch up, because one of those may bring thousands; what they got is counted by the meters.
 */
@Singleton
public class DeliveryTraces implements DeliveryListener {
    private static final AttributeKey<String> PARTITION = AttributeKey.stringKey("messaging.destination.partition.id");
    private static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");
    private static final AttributeKey<Long> RECEIVERS = AttributeKey.longKey("sluice.receivers");

    private final Tracer tracer;
    private final String topic;
    private final boolean disabled;

    DeliveryTraces(
            Tracer tracer, @ConfigProperty(name = "sluice.topic.name", defaultValue = "sluice.events") String topic, @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean disabled) {
        this.tracer = tracer;
        this.topic = topic;
        this.disabled = disabled;
    }

    @Override
    public boolean wants(Event event) {
        return !disabled && EventTrace.isSampled(event);
    }

    @Override
    public void delivered(LogEvent event, long receivers, Instant from, Instant until) {
        tracer.spanBuilder("deliver " + topic)
                .setParent(EventTrace.of(event.event()))
                .setSpanKind(SpanKind.CONSUMER)
                .setAllAttributes(EventTrace.attributes(event.event(), topic, "deliver", "process"))
                .setStartTimestamp(from)
                .setAttribute(PARTITION, String.valueOf(event.partition()))
                .setAttribute(OFFSET, event.offset())
                .setAttribute(RECEIVERS, receivers)
                .startSpan()
                .end(until);
    }
}
