package dev.sluice.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What to receive and from where on. Values are sent as they are, also senseless ones: refusing those is the server's.
 *
 * @param channels channels or patterns
 * @param parameters {@code filter}, {@code cursor}, {@code since}, {@code last}, {@code format}, {@code overflow}, or others
 */
public record SubscriptionRequest(List<String> channels, Map<String, String> parameters) {

    public SubscriptionRequest {
        channels = List.copyOf(channels);
    }

    public static SubscriptionRequest to(String... channels) {
        return to(List.of(channels));
    }

    public static SubscriptionRequest to(List<String> channels) {
        return new SubscriptionRequest(channels, Map.of());
    }

    public SubscriptionRequest with(String name, String value) {
        var more = new LinkedHashMap<>(parameters);
        more.put(name, value);
        return new SubscriptionRequest(channels, more);
    }

    public SubscriptionRequest filter(String sql) {
        return with("filter", sql);
    }

    public SubscriptionRequest cursor(String cursor) {
        return with("cursor", cursor);
    }

    public SubscriptionRequest since(String time) {
        return with("since", time);
    }

    public SubscriptionRequest last(int events) {
        return with("last", Integer.toString(events));
    }

    /** An acknowledged subscription of this name. */
    public SubscriptionRequest durable(String name) {
        return with("durable", name);
    }

    public SubscriptionRequest maxUnacked(int events) {
        return with("max-unacked", Integer.toString(events));
    }

    /** With all attributes, also where a protocol shows the payload alone unless it is asked. */
    public SubscriptionRequest wholeEvents() {
        return with("format", "cloudevents");
    }
}
