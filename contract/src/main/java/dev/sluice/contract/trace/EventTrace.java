package dev.sluice.contract.trace;

import dev.sluice.contract.event.Event;
import io.cloudevents.core.extensions.DistributedTracingExtension;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The trace that an event is part of, which it carries from its producer to its last reader: the CloudEvents extension "Distributed
 * Tracing" 1.0.2, whose attributes are the headers of W3C Trace Context. As that extension has it, an event keeps the trace in which
 * it began; hops of its way add spans, and don't replace it. Safe on any thread.
 */
public final class EventTrace {
    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

    private static final TextMapGetter<Map<String, String>> EXTENSIONS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Map<String, String> extensions) {
            return extensions.keySet();
        }

        @Override
        public @Nullable String get(@Nullable Map<String, String> extensions, String name) {
            return extensions == null ? null : extensions.get(name);
        }
    };

    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("messaging.operation.name");
    private static final AttributeKey<String> TYPE = AttributeKey.stringKey("messaging.operation.type");
    private static final AttributeKey<String> DESTINATION = AttributeKey.stringKey("messaging.destination.name");
    private static final AttributeKey<String> MESSAGE = AttributeKey.stringKey("messaging.message.id");
    private static final AttributeKey<String> CHANNEL = AttributeKey.stringKey("sluice.channel");

    private EventTrace() {}

    /**
     * What each span about an event says, by OpenTelemetry's semantic conventions for messaging.
     *
     * @param operation in our words
     * @param type in those of the conventions
     */
    public static Attributes attributes(Event event, String topic, String operation, String type) {
        return Attributes.builder()
                .put(SYSTEM, "kafka")
                .put(OPERATION, operation)
                .put(TYPE, type)
                .put(DESTINATION, topic)
                .put(MESSAGE, event.id())
                .put(CHANNEL, event.channel().name())
                .build();
    }

    /** The trace of an event, as the parent of a span; without a span when the event carries none that is valid. */
    public static Context of(Event event) {
        return W3C.extract(Context.root(), event.extensions(), EXTENSIONS);
    }

    /** Whether an event says that it is part of a trace. Cheap enough to be asked for each. */
    public static boolean isIn(Event event) {
        return event.extensions().containsKey(DistributedTracingExtension.TRACEPARENT);
    }

    /** Whether whoever began the trace of an event wants it recorded. */
    public static boolean isSampled(Event event) {
        if (!isIn(event)) {
            return false;
        }
        SpanContext span = Span.fromContext(of(event)).getSpanContext();
        return span.isValid() && span.isSampled();
    }

    /** The event as part of the trace of the context, if that has a span. */
    public static Event begin(Event event, Context context) {
        Map<String, String> extensions = new HashMap<>(event.extensions());
        W3C.inject(context, extensions, (carrier, name, value) -> extensions.put(name, value));
        return event.with(extensions);
    }
}
