package dev.sluice.publisher.trace;

import dev.sluice.contract.event.Event;
import dev.sluice.contract.trace.EventTrace;
import dev.sluice.publisher.kafka.Receipt;
import dev.sluice.publisher.kafka.TopicConfig;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * One span for each event on its way to Kafka. An event that is in no trace yet begins here, as part of the trace of the request that
 * brought it; so the edges, and clients that look at its extension {@code traceparent}, can go on with it. Safe on any thread.
 */
@Singleton
public class PublishTraces {
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

    private final Tracer tracer;
    private final String topic;
    private final boolean disabled;

    PublishTraces(
            Tracer tracer, TopicConfig topic, @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean disabled) {
        this.tracer = tracer;
        this.topic = topic.name();
        this.disabled = disabled;
    }

    /**
     * An event that is being sent.
     *
     * @param event as it is to be stored
     * @param span of what happens to it
     */
    public record Sending(Event event, Span span) {
        /** What came of it. */
        public void end(Receipt receipt) {
            if (receipt instanceof Receipt.Refused refused) {
                String reason = refused.problem().reason().code();
                span.setStatus(StatusCode.ERROR, reason).setAttribute(ERROR, reason);
            }
            span.end();
        }
    }

    /** Must be called where the request is, so that its span is found. */
    public Sending begin(Event event) {
        if (disabled) {
            return new Sending(event, Span.getInvalid());
        }
        boolean hasBegun = EventTrace.isIn(event);
        Span span = tracer.spanBuilder("send " + topic)
                .setParent(hasBegun ? EventTrace.of(event) : Context.current())
                .setSpanKind(SpanKind.PRODUCER)
                .setAllAttributes(EventTrace.attributes(event, topic, "send", "send"))
                .startSpan();
        boolean carries = !hasBegun && span.getSpanContext().isSampled();
        return new Sending(carries ? EventTrace.begin(event, Context.root().with(span)) : event, span);
    }
}
