package dev.sluice.ws;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.sluice.contract.event.JsonEvents;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.edge.conversation.Operation;
import dev.sluice.edge.request.Json;
import dev.sluice.edge.request.SubscriptionSpec;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads an operation's members, strictly: an unknown one is a typing error that somebody wants to hear of. */
final class JsonOperations {
    private static final Set<String> PUBLISH = Set.of(
            "op",
            "id",
            "channel",
            "data",
            "data_base64",
            "type",
            "event_id",
            "source",
            "subject",
            "content_type",
            "attributes");

    private JsonOperations() {}

    /** @throws Rejected naming the member that is wrong */
    static Operation read(String op, String id, JsonNode object) throws Rejected {
        return switch (op) {
            case "subscribe" -> new Operation.Subscribe(id, SubscriptionSpec.ofJson(object));
            case "unsubscribe" -> {
                only(object, Set.of("op", "id", "subscription"));
                yield new Operation.Unsubscribe(id, Json.requiredText(object, "subscription"));
            }
            case "publish" -> {
                only(object, PUBLISH);
                yield new Operation.Publish(id, publish(object));
            }
            case "ack" -> {
                only(object, Set.of("op", "id", "subscription", "cursor"));
                yield new Operation.Ack(
                        id, Json.requiredText(object, "subscription"), Json.requiredText(object, "cursor"));
            }
            case "auth" -> {
                only(object, Set.of("op", "id", "token"));
                yield new Operation.Auth(id, Json.requiredText(object, "token"));
            }
            case "ping" -> {
                only(object, Set.of("op", "id"));
                yield new Operation.Ping(id);
            }
            default ->
                throw Problem.malformed("op", "there is no such operation").rejected();
        };
    }

    private static void only(JsonNode object, Set<String> members) throws Rejected {
        for (var member : object.properties()) {
            if (!members.contains(member.getKey())) {
                throw Problem.malformed(member.getKey(), "the operation has no such member")
                        .rejected();
            }
        }
    }

    private static PublishRequest publish(JsonNode object) throws Rejected {
        var request = PublishRequest.newBuilder().setChannel(Json.requiredText(object, "channel"));
        set(Json.text(object, "event_id"), request::setId);
        set(Json.text(object, "type"), request::setType);
        set(Json.text(object, "source"), request::setSource);
        String subject = Json.text(object, "subject");
        if (subject != null) {
            request.putAttributes("subject", subject);
        }
        JsonNode attributes = object.get("attributes");
        if (attributes != null) {
            if (!attributes.isObject()) {
                throw Problem.malformed("attributes", "an object is needed here")
                        .rejected();
            }
            for (var attribute : attributes.properties()) {
                request.putAttributes(attribute.getKey(), Json.requiredText(attributes, attribute.getKey()));
            }
        }
        data(object, request);
        return request.build();
    }

    private static void data(JsonNode object, PublishRequest.Builder request) throws Rejected {
        JsonNode data = object.get("data");
        String base64 = Json.text(object, "data_base64");
        String contentType = Json.text(object, "content_type");
        if (data != null && base64 != null) {
            throw Problem.malformed("data_base64", "an event has data or data_base64, not both")
                    .rejected();
        }
        if (base64 != null) {
            try {
                request.setPayload(ByteString.copyFrom(Base64.getDecoder().decode(base64)));
            } catch (IllegalArgumentException wrong) {
                throw Problem.malformed("data_base64", "this is no base64").rejected();
            }
            set(contentType, request::setContentType);
            return;
        }
        if (data == null) {
            set(contentType, request::setContentType);
            return;
        }
        boolean json =
                contentType == null || contentType.toLowerCase(Locale.ROOT).contains("json");
        if (!json && !data.isTextual()) {
            throw Problem.malformed("data", "data of type " + contentType + " is a string here, or data_base64")
                    .rejected();
        }
        request.setContentType(contentType == null ? "application/json" : contentType)
                .setPayload(ByteString.copyFrom(
                        json ? JsonEvents.bytes(data) : data.textValue().getBytes(StandardCharsets.UTF_8)));
    }

    private static void set(@Nullable String value, Consumer<String> setter) {
        if (value != null) {
            setter.accept(value);
        }
    }
}
