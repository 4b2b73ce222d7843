package dev.sluice.system.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** JSON that still is JSON: a member has another name, value or kind. */
final class JsonMutation {
    private static final int DEEP = 200;

    private final Mutator mutator;

    JsonMutation(Mutator mutator) {
        this.mutator = mutator;
    }

    byte[] of(byte[] json) {
        var root = Json.parse(new String(json, StandardCharsets.UTF_8));
        return of(root).toString().getBytes(StandardCharsets.UTF_8);
    }

    private JsonNode of(JsonNode node) {
        if (mutator.below(12) == 0) {
            return another(node);
        }
        if (node instanceof ObjectNode object && !object.isEmpty()) {
            var member = mutator.pick(
                    object.properties().stream().map(Map.Entry::getKey).toList());
            if (mutator.below(6) == 0) {
                object.set(mutator.text(member), object.remove(member));
            } else {
                object.set(member, of(object.get(member)));
            }
            return object;
        }
        if (node instanceof ArrayNode array && !array.isEmpty()) {
            var item = mutator.below(array.size());
            return mutator.below(6) == 0 ? array.add(array.get(item).deepCopy()) : array.set(item, of(array.get(item)));
        }
        return node.isTextual() ? text(mutator.text(node.textValue())) : another(node);
    }

    private JsonNode another(JsonNode node) {
        return switch (mutator.below(6)) {
            case 0 -> Json.parse("null");
            case 1 -> Json.parse(mutator.pick(List.of("-1", "0", "1e300", "2147483648", "0.1", "true")));
            case 2 -> Json.array().add(node.deepCopy());
            case 3 -> Json.object().set(mutator.text("member"), node.deepCopy());
            case 4 -> Json.parse("[".repeat(DEEP) + "]".repeat(DEEP));
            default -> text(node.toString());
        };
    }

    private static JsonNode text(String text) {
        return Json.object().textNode(text);
    }
}
