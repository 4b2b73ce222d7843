package dev.sluice.ws;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.edge.conversation.Reply;
import dev.sluice.edge.format.ControlJson;

/** Replies in JSON: what kind, and the members. */
final class ReplyJson {
    private ReplyJson() {}

    static String kind(Reply reply) {
        if (reply instanceof Reply.Subscribed) {
            return "subscribed";
        }
        if (reply instanceof Reply.Unsubscribed) {
            return "unsubscribed";
        }
        if (reply instanceof Reply.Published) {
            return "published";
        }
        if (reply instanceof Reply.Acked) {
            return "acked";
        }
        if (reply instanceof Reply.Authenticated) {
            return "authenticated";
        }
        return reply instanceof Reply.Pong ? "pong" : "error";
    }

    static ObjectNode members(Reply reply) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (!reply.id().isEmpty()) {
            json.put("id", reply.id());
        }
        if (reply instanceof Reply.Subscribed subscribed) {
            json.put("subscription", subscribed.id())
                    .put("cursor", subscribed.cursor())
                    .put("heartbeatIntervalMs", subscribed.heartbeat().toMillis());
        } else if (reply instanceof Reply.Unsubscribed unsubscribed) {
            json.put("subscription", unsubscribed.subscription()).put("cursor", unsubscribed.cursor());
        } else if (reply instanceof Reply.Published published) {
            json.put("event_id", published.receipt().getId())
                    .put("channel", published.receipt().getChannel())
                    .put("cursor", published.receipt().getCursor());
        } else if (reply instanceof Reply.Acked acked) {
            json.put("subscription", acked.subscription());
        } else if (reply instanceof Reply.Authenticated authenticated) {
            ControlJson.putTime(json, "tokenExpires", authenticated.tokenExpires());
        } else if (reply instanceof Reply.Failed failed) {
            json.put("reason", failed.problem().reason().code());
            if (failed.problem().field() != null) {
                json.put("field", failed.problem().field());
            }
            json.put("detail", failed.problem().detail());
        }
        return json;
    }
}
