package dev.sluice.ws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.contract.event.EventLimits;
import dev.sluice.contract.event.JsonEvents;
import dev.sluice.contract.event.ProtoEvents;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.edge.conversation.Dialect;
import dev.sluice.edge.conversation.Operation;
import dev.sluice.edge.conversation.Reply;
import dev.sluice.edge.format.ControlJson;
import dev.sluice.edge.request.Fields;
import dev.sluice.edge.request.Form;
import dev.sluice.fanout.session.FrameFormat;
import io.netty.buffer.ByteBuf;

/**
 * {@code cloudevents.json} (CloudEvents WebSocket binding 1.0.2): one structured event a message, either way. An event that the
 * client sends is published; one of a reserved type is an operation, whose members are its data and whose id is its own.
 */
final class CloudEventsSubprotocol implements Subprotocol, Dialect {
    private static final String RESERVED = "sluice.";

    @Override
    public String name() {
        return "cloudevents.json";
    }

    @Override
    public boolean isText() {
        return true;
    }

    @Override
    public Dialect dialect() {
        return this;
    }

    @Override
    public Operation read(byte[] message) throws Unreadable {
        String id = "";
        try {
            JsonNode object = JsonEvents.parse("message", message);
            id = object.path("id").asText("");
            String type = object.path("type").asText("");
            if (!type.startsWith(RESERVED)) {
                // How big an event may be is the publisher's to say; here only the message is bounded.
                var limits = new EventLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, 1);
                return new Operation.Publish(id, ProtoEvents.write(JsonEvents.read(null, object, limits)));
            }
            if (id.isEmpty()) {
                throw Problem.malformed("id", "the attribute is missing").rejected();
            }
            JsonNode data = object.path("data");
            if (!data.isMissingNode() && !data.isObject()) {
                throw Problem.malformed("data", "the members of the operation are needed here, as an object")
                        .rejected();
            }
            return JsonOperations.read(
                    type.substring(RESERVED.length()),
                    id,
                    data.isMissingNode() ? JsonNodeFactory.instance.objectNode() : data);
        } catch (Rejected refusal) {
            throw new Unreadable(id, refusal);
        }
    }

    @Override
    public FrameFormat session() {
        return new CloudEventsFormat(Fields.ALL);
    }

    /** Whatever was asked for, this subprotocol knows CloudEvents only. */
    @Override
    public FrameFormat events(Form form, Fields fields) {
        return new CloudEventsFormat(fields);
    }

    @Override
    public void reply(ByteBuf out, Reply reply) {
        ObjectNode event = ControlJson.cloudEvent(RESERVED + ReplyJson.kind(reply), ReplyJson.members(reply));
        if (reply instanceof Reply.Subscribed subscribed) {
            event.put("cursor", subscribed.cursor()).put("subscription", subscribed.id());
        }
        JsonFormat.text(out, event);
    }
}
