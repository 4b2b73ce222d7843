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
 *
 * <p>Names follow OpenTelemetry's semantic conventions for messaging.
 */
@Singleton
public class DeliveryTraces implements DeliveryListener {
    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("messaging.operation.name");
    private static final AttributeKey<String> TYPE = AttributeKey.stringKey("messaging.operation.type");
    private static final AttributeKey<String> DESTINATION = AttributeKey.stringKey("messaging.destination.name");
    private static final AttributeKey<String> PARTITION = AttributeKey.stringKey("messaging.destination.partition.id");
    private static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");
    private static final AttributeKey<String> MESSAGE = AttributeKey.stringKey("messaging.message.id");
    private static final AttributeKey<String> CHANNEL = AttributeKey.stringKey("sluice.channel");
    private static final AttributeKey<Long> RECEIVERS = AttributeKey.longKey("sluice.receivers");

    private final Tracer tracer;
    private final String topic;
    private final boolean disabled;

    DeliveryTraces(
            Tracer tracer,
            @ConfigProperty(name = "sluice.topic.name", defaultValue = "sluice.events") String topic,
            @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean disabled) {
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
                .setStartTimestamp(from)
                .setAttribute(SYSTEM, "kafka")
                .setAttribute(OPERATION, "deliver")
                .setAttribute(TYPE, "process")
                .setAttribute(DESTINATION, topic)
                .setAttribute(PARTITION, String.valueOf(event.partition()))
                .setAttribute(OFFSET, event.offset())
                .setAttribute(MESSAGE, event.event().id())
                .setAttribute(CHANNEL, event.event().channel().name())
                .setAttribute(RECEIVERS, receivers)
                .startSpan()
                .end(until);
    }
}
