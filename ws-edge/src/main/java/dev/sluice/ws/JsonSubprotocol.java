package dev.sluice.ws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.contract.event.JsonEvents;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.edge.conversation.Dialect;
import dev.sluice.edge.conversation.Operation;
import dev.sluice.edge.conversation.Reply;
import dev.sluice.edge.request.Fields;
import dev.sluice.edge.request.Form;
import dev.sluice.edge.request.Json;
import dev.sluice.fanout.session.FrameFormat;
import io.netty.buffer.ByteBuf;

/** {@code sluice.v1.json}: text messages discriminated by {@code op}. */
final class JsonSubprotocol implements Subprotocol, Dialect {

    @Override
    public String name() {
        return "sluice.v1.json";
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
            if (!object.isObject()) {
                throw Problem.malformed("message", "a message is a JSON object").rejected();
            }
            id = object.path("id").asText("");
            return JsonOperations.read(Json.requiredText(object, "op"), Json.requiredText(object, "id"), object);
        } catch (Rejected refusal) {
            throw new Unreadable(id, refusal);
        }
    }

    @Override
    public FrameFormat session() {
        return JsonFormat.DATA;
    }

    @Override
    public FrameFormat events(Form form, Fields fields) {
        return new JsonFormat(form, fields);
    }

    @Override
    public void reply(ByteBuf out, Reply reply) {
        ObjectNode message = JsonNodeFactory.instance.objectNode().put("op", ReplyJson.kind(reply));
        message.setAll(ReplyJson.members(reply));
        JsonFormat.text(out, message);
    }
}
