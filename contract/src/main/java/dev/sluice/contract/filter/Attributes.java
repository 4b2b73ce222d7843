package dev.sluice.contract.filter;

import io.cloudevents.CloudEvent;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** The attributes of an event by name, whether the specification or an extension defines them. */
final class Attributes {
    private Attributes() {}

    static boolean all(Map<String, String> wanted, CloudEvent event, BiPredicate<String, String> test) {
        return wanted.entrySet().stream().allMatch(entry -> {
            String value = value(event, entry.getKey());
            return value != null && test.test(value, entry.getValue());
        });
    }

    private static @Nullable String value(CloudEvent event, String name) {
        Object value = event.getAttributeNames().contains(name) ? event.getAttribute(name) : event.getExtension(name);
        return value == null ? null : value.toString();
    }
}
