package dev.sluice.system.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What in an OpenAPI or AsyncAPI document breaks a client that was written by an earlier one. What a client says may only be asked less of,
 * what it is told may only become more. (AsyncAPI's own diff calls each change of a schema "unclassified".) One thread, used once.
 */
final class BreakingChanges {
    /** Who says what a schema describes. */
    private enum From {
        CLIENT,
        SERVER
    }

    private static final List<String> METHODS = List.of("get", "head", "post", "put", "patch", "delete", "options");
    /** What may not be another, from whomever it comes. */
    private static final List<String> FORMS = List.of("const", "format", "pattern", "contentEncoding");

    private static final List<String> LEASTS = List.of("minimum", "minLength", "minItems", "minProperties");
    private static final List<String> MOSTS = List.of("maximum", "maxLength", "maxItems", "maxProperties");

    private final JsonNode before;
    private final JsonNode after;
    private final List<String> found = new ArrayList<>();
    /** Schemas refer to themselves. */
    private final Set<String> compared = new HashSet<>();

    private BreakingChanges(JsonNode before, JsonNode after) {
        this.before = before;
        this.after = after;
    }

    /** One line for each, which says where; empty where there is none. */
    static List<String> between(JsonNode before, JsonNode after) {
        var changes = new BreakingChanges(before, after);
        if (before.has("openapi")) {
            changes.paths();
        } else if (before.has("asyncapi")) {
            changes.channels();
        } else {
            throw new IllegalArgumentException("neither OpenAPI nor AsyncAPI");
        }
        return List.copyOf(changes.found);
    }

    // ---- OpenAPI

    private void paths() {
        before.path("paths").properties().forEach(path -> {
            for (var method : METHODS) {
                var operation = path.getValue().path(method);
                if (operation.isMissingNode()) {
                    continue;
                }
                var where = method.toUpperCase(Locale.ROOT) + " " + path.getKey();
                var now = after.path("paths").path(path.getKey());
                if (isThere(where, now.path(method))) {
                    parameters(
                            where,
                            parameters(before, path.getValue(), operation),
                            parameters(after, now, now.path(method)));
                    body(where, operation.path("requestBody"), now.path(method).path("requestBody"));
                    responses(
                            where, operation.path("responses"), now.path(method).path("responses"));
                }
            }
        });
    }

    private static TreeMap<String, JsonNode> parameters(JsonNode document, JsonNode path, JsonNode operation) {
        var all = new TreeMap<String, JsonNode>();
        Stream.of(path, operation)
                .flatMap(each -> elements(each.path("parameters")))
                .map(parameter -> resolved(document, parameter))
                .forEach(parameter -> all.put(
                        parameter.path("in").asText() + " "
                                + parameter.path("name").asText(),
                        parameter));
        return all;
    }

    private void parameters(String where, TreeMap<String, JsonNode> before, TreeMap<String, JsonNode> after) {
        before.forEach((name, parameter) -> {
            var now = after.getOrDefault(name, MissingNode.getInstance());
            var place = where + ", " + name;
            if (isThere(place, now)) {
                mustNotBecomeRequired(place, parameter, now);
                schema(place, From.CLIENT, parameter.path("schema"), now.path("schema"));
            }
        });
        after.forEach((name, parameter) -> {
            if (!before.containsKey(name) && parameter.path("required").asBoolean()) {
                found.add(where + ", " + name + ": is new and required");
            }
        });
    }

    private void body(String where, JsonNode before, JsonNode after) {
        var body = resolved(this.before, before);
        var now = resolved(this.after, after);
        if (body.isMissingNode()) {
            if (now.path("required").asBoolean()) {
                found.add(where + ": a body is required now");
            }
            return;
        }
        mustNotBecomeRequired(where + ", body", body, now);
        contents(where + ", body", From.CLIENT, body, now);
    }

    private void mustNotBecomeRequired(String where, JsonNode before, JsonNode after) {
        if (after.path("required").asBoolean() && !before.path("required").asBoolean()) {
            found.add(where + ": is required now");
        }
    }

    private void responses(String where, JsonNode before, JsonNode after) {
        before.properties().forEach(response -> {
            var place = where + ", " + response.getKey();
            var told = resolved(this.before, response.getValue());
            var now = resolved(this.after, after.path(response.getKey()));
            if (isThere(place, now)) {
                contents(place, From.SERVER, told, now);
                told.path("headers")
                        .fieldNames()
                        .forEachRemaining(header -> isThere(
                                place + ", " + header, now.path("headers").path(header)));
            }
        });
    }

    private void contents(String where, From from, JsonNode before, JsonNode after) {
        before.path("content").properties().forEach(content -> {
            var place = where + ", " + content.getKey();
            var now = after.path("content").path(content.getKey());
            if (isThere(place, now)) {
                schema(place, from, content.getValue().path("schema"), now.path("schema"));
            }
        });
    }

    // ---- AsyncAPI

    private void channels() {
        before.path("channels").properties().forEach(channel -> {
            var where = channel.getKey();
            var now = after.path("channels").path(where);
            if (isThere(where, now)) {
                mustBeTheSame(where, "address", channel.getValue(), now);
                channel.getValue()
                        .path("messages")
                        .fieldNames()
                        .forEachRemaining(message -> isThere(
                                where + ", " + message, now.path("messages").path(message)));
                schema(
                        where + ", query",
                        From.CLIENT,
                        channel.getValue().at("/bindings/ws/query"),
                        now.at("/bindings/ws/query"));
            }
        });
        before.path("operations").properties().forEach(operation -> {
            var where = operation.getKey();
            var now = after.path("operations").path(where);
            if (isThere(where, now)) {
                mustBeTheSame(where, "action", operation.getValue(), now);
                mustBeTheSame(where, "channel", operation.getValue(), now);
                var from = operation.getValue().path("action").asText().equals("receive") ? From.CLIENT : From.SERVER;
                messages(where, from, operation.getValue(), now);
                messages(where + ", reply", From.SERVER, operation.getValue().path("reply"), now.path("reply"));
            }
        });
    }

    private void messages(String where, From from, JsonNode before, JsonNode after) {
        var now = messages(this.after, after);
        messages(this.before, before).forEach((name, message) -> {
            var place = where + ", " + name;
            var other = now.get(name);
            if (other == null) {
                found.add(place + ": is gone");
            } else {
                schema(place, from, message.path("payload"), other.path("payload"));
                schema(place + ", headers", from, message.path("headers"), other.path("headers"));
            }
        });
    }

    /** Those of an operation; without a list of its own, all of its channel. */
    private static TreeMap<String, JsonNode> messages(JsonNode document, JsonNode operation) {
        var all = new TreeMap<String, JsonNode>();
        if (operation.has("messages")) {
            elements(operation.path("messages")).forEach(reference -> {
                var pointer = reference.path("$ref").asText();
                all.put(pointer.substring(pointer.lastIndexOf('/') + 1), resolved(document, reference));
            });
        } else {
            resolved(document, operation.path("channel"))
                    .path("messages")
                    .properties()
                    .forEach(message -> all.put(message.getKey(), resolved(document, message.getValue())));
        }
        return all;
    }

    // ---- JSON Schema

    private void schema(String where, From from, JsonNode before, JsonNode after) {
        if (!compared.add(from + " " + before + " " + after)) {
            return;
        }
        var told = resolved(this.before, before);
        var now = resolved(this.after, after);
        if (told.isMissingNode() && now.isMissingNode()) {
            return;
        }
        types(where, from, told, now);
        listed(where, told, now);
        forms(where, from, told, now);
        if (from == From.CLIENT) {
            bounds(where, told, now);
        }
        required(where, from, told, now);
        told.path("properties").properties().forEach(property -> {
            var place = where + "." + property.getKey();
            var other = now.path("properties").path(property.getKey());
            if (isThere(place, other)) {
                schema(place, from, property.getValue(), other);
            }
        });
        for (var part : List.of("items", "additionalProperties")) {
            if (told.path(part).isObject() || now.path(part).isObject()) {
                schema(where + " " + part, from, told.path(part), now.path(part));
            }
        }
        if (from == From.CLIENT
                && now.path("additionalProperties").isBoolean()
                && !now.path("additionalProperties").asBoolean()
                && told.path("additionalProperties").asBoolean(true)) {
            found.add(where + ": takes no other properties any more");
        }
        alternatives(where, from, told, now);
    }

    /** As if nothing were said: any. */
    private static Set<String> types(JsonNode schema) {
        var types = new HashSet<String>();
        if (schema.path("type").isTextual()) {
            types.add(schema.path("type").asText());
        }
        elements(schema.path("type")).forEach(type -> types.add(type.asText()));
        return types;
    }

    private void types(String where, From from, JsonNode before, JsonNode after) {
        var wide = from == From.CLIENT ? types(after) : types(before);
        var narrow = from == From.CLIENT ? types(before) : types(after);
        if (!wide.isEmpty() && (narrow.isEmpty() || !wide.containsAll(narrow))) {
            found.add(where + ": type was " + before.path("type") + ", is " + after.path("type"));
        }
    }

    /** Lists may become longer: whoever reads takes what he does not know for what he can't do anything about. */
    private void listed(String where, JsonNode before, JsonNode after) {
        if (after.has("enum")) {
            var now = elements(after.path("enum")).toList();
            if (!before.has("enum")) {
                found.add(where + ": takes only " + now);
            }
            elements(before.path("enum"))
                    .filter(value -> !now.contains(value))
                    .forEach(value -> found.add(where + ": " + value + " is gone"));
        }
    }

    private void forms(String where, From from, JsonNode before, JsonNode after) {
        for (var form : FORMS) {
            var asked = from == From.CLIENT ? after : before;
            if (asked.has(form) && !before.path(form).equals(after.path(form))) {
                found.add(where + ": " + form + " was " + before.path(form) + ", is " + after.path(form));
            }
        }
    }

    private void bounds(String where, JsonNode before, JsonNode after) {
        LEASTS.stream()
                .filter(least ->
                        after.path(least).asDouble() > before.path(least).asDouble())
                .forEach(least -> found.add(where + ": " + least + " is " + after.path(least)));
        MOSTS.stream()
                .filter(after::has)
                .filter(most -> !before.has(most)
                        || after.path(most).asDouble() < before.path(most).asDouble())
                .forEach(most -> found.add(where + ": " + most + " is " + after.path(most)));
    }

    private void required(String where, From from, JsonNode before, JsonNode after) {
        var asked = elements(from == From.CLIENT ? after.path("required") : before.path("required"));
        var known = elements(from == From.CLIENT ? before.path("required") : after.path("required"))
                .toList();
        var how = from == From.CLIENT ? " is required now" : " need not be there any more";
        asked.filter(name -> !known.contains(name)).forEach(name -> found.add(where + "." + name.asText() + how));
    }

    /** By their names where they have one, else by their places. */
    private void alternatives(String where, From from, JsonNode before, JsonNode after) {
        for (var kind : List.of("oneOf", "anyOf", "allOf")) {
            var now = elements(after.path(kind)).toList();
            var told = elements(before.path(kind)).toList();
            for (var i = 0; i < told.size(); i++) {
                var each = told.get(i);
                var place = where + " " + kind + " " + each.path("$ref").asText(String.valueOf(i));
                var index = i;
                now.stream()
                        .filter(other -> each.has("$ref")
                                ? each.path("$ref").equals(other.path("$ref"))
                                : now.indexOf(other) == index)
                        .findFirst()
                        .ifPresentOrElse(
                                other -> schema(place, from, each, other), () -> found.add(place + ": is gone"));
            }
            if (kind.equals("allOf") && from == From.CLIENT && now.size() > told.size()) {
                found.add(where + ": must fulfil more than it had to");
            }
        }
    }

    // ---- Both

    private boolean isThere(String where, JsonNode now) {
        if (now.isMissingNode()) {
            found.add(where + ": is gone");
        }
        return !now.isMissingNode();
    }

    private void mustBeTheSame(String where, String member, JsonNode before, JsonNode after) {
        if (!before.path(member).equals(after.path(member))) {
            found.add(where + ": " + member + " was " + before.path(member) + ", is " + after.path(member));
        }
    }

    private static JsonNode resolved(JsonNode document, JsonNode node) {
        var found = node;
        while (found.path("$ref").isTextual()) {
            found = document.at(found.path("$ref").asText().substring(1));
        }
        return found;
    }

    private static Stream<JsonNode> elements(JsonNode list) {
        return list.isArray() ? StreamSupport.stream(list.spliterator(), false) : Stream.empty();
    }
}
