package dev.sluice.edge.operator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.fanout.session.SessionView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Sessions as JSON. */
final class SessionsPage {
    private SessionsPage() {}

    /**
     * @param sessions in the order of their ids
     * @param size of a full page
     */
    static ObjectNode of(List<SessionView> sessions, int size, Instant now) {
        ObjectNode page = JsonNodeFactory.instance.objectNode();
        ArrayNode list = page.putArray("sessions");
        sessions.forEach(session -> write(list.addObject(), session, now));
        if (sessions.size() == size) {
            page.put("after", sessions.get(size - 1).id());
        }
        return page;
    }

    private static void write(ObjectNode json, SessionView session, Instant now) {
        json.put("session", session.id())
                .put("issuer", session.peer().issuer())
                .put("user", session.peer().subject())
                .put("protocol", session.peer().protocol())
                .put("opened", session.opened().toString())
                .put("ageSeconds", Duration.between(session.opened(), now).toSeconds())
                .put("bytes", session.bytes());
        if (session.tokenExpires() != null) {
            json.put("tokenExpires", session.tokenExpires().toString());
        }
        ArrayNode subscriptions = json.putArray("subscriptions");
        session.subscriptions().forEach(subscription -> {
            ObjectNode one = subscriptions
                    .addObject()
                    .put("subscription", subscription.name())
                    .put("live", subscription.live())
                    .put("lag", subscription.lag());
            ArrayNode channels = one.putArray("channels");
            subscription.channels().forEach(channels::add);
        });
    }
}
