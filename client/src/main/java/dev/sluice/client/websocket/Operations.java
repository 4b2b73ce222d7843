package dev.sluice.client.websocket;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.SubscriptionRequest;
import java.util.List;
import java.util.Set;

/** Members of operations that two subprotocols have in common. */
final class Operations {
    private static final Set<String> NUMBERS = Set.of("last", "heartbeat");

    private Operations() {}

    /** Numbers as numbers where they are some, and several fields as a list; anything else goes out as it is. */
    static ObjectNode subscribe(ObjectNode json, SubscriptionRequest request) {
        var channels = json.putArray("channels");
        request.channels().forEach(channels::add);
        request.parameters().forEach((name, value) -> {
            if (NUMBERS.contains(name) && value.matches("-?[0-9]{1,9}")) {
                json.put(name, Integer.parseInt(value));
            } else if (name.equals("fields") && value.contains(",")) {
                var fields = json.putArray(name);
                List.of(value.split(",")).forEach(fields::add);
            } else {
                json.put(name, value);
            }
        });
        return json;
    }
}
