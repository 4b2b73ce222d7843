package dev.sluice.contract.filter;

import io.cloudevents.CloudEvent;
import java.util.List;
import java.util.Map;

/**
 * A condition on the attributes of an event, as in the CloudEvents Subscriptions API 1.0, section 3.2.4. Immutable, safe on
 * any thread; {@link Filters} makes them from what a client wrote.
 */
public sealed interface EventFilter {

    EventFilter EVERYTHING = new All(List.of());

    boolean matches(CloudEvent event);

    /** What passes both. */
    default EventFilter and(EventFilter other) {
        if (other.equals(EVERYTHING)) {
            return this;
        }
        return equals(EVERYTHING) ? other : new All(List.of(this, other));
    }

    /** Every attribute has exactly this value. */
    record Exact(Map<String, String> attributes) implements EventFilter {
        @Override
        public boolean matches(CloudEvent event) {
            return Attributes.all(attributes, event, String::equals);
        }
    }

    /** Every attribute starts so. */
    record Prefix(Map<String, String> attributes) implements EventFilter {
        @Override
        public boolean matches(CloudEvent event) {
            return Attributes.all(attributes, event, String::startsWith);
        }
    }

    /** Every attribute ends so. */
    record Suffix(Map<String, String> attributes) implements EventFilter {
        @Override
        public boolean matches(CloudEvent event) {
            return Attributes.all(attributes, event, String::endsWith);
        }
    }

    record All(List<EventFilter> filters) implements EventFilter {
        @Override
        public boolean matches(CloudEvent event) {
            return filters.stream().allMatch(filter -> filter.matches(event));
        }
    }

    record Any(List<EventFilter> filters) implements EventFilter {
        @Override
        public boolean matches(CloudEvent event) {
            return filters.stream().anyMatch(filter -> filter.matches(event));
        }
    }

    record Not(EventFilter filter) implements EventFilter {
        @Override
        public boolean matches(CloudEvent event) {
            return !filter.matches(event);
        }
    }

    /** A CloudEvents SQL expression. What can't be evaluated, for one because an attribute is missing, is false. */
    record Sql(SqlExpression expression) implements EventFilter {
        @Override
        public boolean matches(CloudEvent event) {
            return expression.isTrueFor(event);
        }
    }
}
