package dev.sluice.system.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.client.Json;
import dev.sluice.local.RepositoryRoot;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On the documents themselves: what breaks a client is found, what doesn't is let pass. */
class BreakingChangesTest {
    private static JsonNode document(String name) throws IOException {
        return new YAMLMapper()
                .readTree(RepositoryRoot.find().resolve("docs").resolve(name).toFile());
    }

    private static void remove(JsonNode document, String pointer) {
        var at = pointer.lastIndexOf('/');
        var last = pointer.substring(at + 1).replace("~1", "/");
        var parent = document.at(pointer.substring(0, at));
        assertThat(document.at(pointer).isMissingNode()).as(pointer).isFalse();
        if (parent instanceof ArrayNode list) {
            list.remove(Integer.parseInt(last));
        } else {
            ((ObjectNode) parent).remove(last);
        }
    }

    private static void put(JsonNode document, String pointer, String value) {
        var at = pointer.lastIndexOf('/');
        var parent = document.at(pointer.substring(0, at));
        if (parent instanceof ArrayNode list) {
            list.add(Json.parse(value));
        } else {
            ((ObjectNode) parent)
                    .set(pointer.substring(at + 1).replace("~1", "/").replace("~0", "~"), Json.parse(value));
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "asyncapi.yaml, /channels/ndjson,                             ndjson: is gone",
                "asyncapi.yaml, /channels/json/messages/ack,                  `json, ack: is gone`",
                "asyncapi.yaml, /operations/receiveOperations/messages/3,     `receiveOperations, ack: is gone`",
                "asyncapi.yaml, /components/schemas/Event/properties/cursor,  .cursor: is gone",
                "asyncapi.yaml, /components/schemas/Reason/enum/1,            `\"unauthenticated\" is gone`",
                "asyncapi.yaml, /components/schemas/Subscription/properties/since, .since: is gone",
                "released/openapi/publisher.yaml, /paths/~1v1~1events,                POST /v1/events: is gone",
                "released/openapi/publisher.yaml, /paths/~1v1~1events/post/responses/default, `POST /v1/events, default: is gone`",
                "released/openapi/sse-edge.yaml,  /paths/~1v1~1poll/get/parameters/0, `GET /v1/poll, query`",
            })
    void shouldSeeWhatIsGone(String name, String pointer, String found) throws IOException {
        var before = document(name);
        var after = document(name);
        remove(after, pointer);
        assertThat(BreakingChanges.between(before, after)).anyMatch(change -> change.contains(found));
        if (!found.contains("\"")) {
            assertThat(BreakingChanges.between(after, before))
                    .as("it is new")
                    .noneMatch(change -> change.contains("is gone"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "/channels/json/address                          | \"/v2/ws\"       | address was",
                "/operations/sendEvents/action                   | \"receive\"      | action was",
                "/components/schemas/Operation/required          | [\"op\",\"token\"] | .token is required now",
                "/components/schemas/Publish/maxProperties       | 3                | maxProperties is 3",
                "/components/schemas/Publish/additionalProperties | false           | takes no other properties",
                "/components/schemas/Channel/pattern             | \"[a-z]+\"       | pattern was",
                "/components/schemas/Cursor/type                 | \"integer\"      | type was \"string\"",
                "/components/schemas/Subscription/properties/format/enum | [\"data\"] | \"cloudevents\" is gone",
            })
    void shouldSeeWhatIsAskedOrToldOtherwise(String pointer, String value, String found) throws IOException {
        var after = document("asyncapi.yaml");
        put(after, pointer, value);
        assertThat(BreakingChanges.between(document("asyncapi.yaml"), after))
                .anyMatch(change -> change.contains(found));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "asyncapi.yaml | /channels/more                                     | {\"address\":\"/v1/more\"}",
                "asyncapi.yaml | /components/schemas/Subscription/properties/more   | {\"type\":\"string\"}",
                "asyncapi.yaml | /components/schemas/Event/properties/more          | {\"type\":\"string\"}",
                "asyncapi.yaml | /components/schemas/Reason/enum/-                  | \"tired\"",
                "asyncapi.yaml | /components/schemas/Channel/maxLength              | 300",
                "asyncapi.yaml | /components/schemas/Channel/description            | \"other words\"",
                "released/openapi/publisher.yaml | /paths/~1v1~1more                | {\"get\":{\"responses\":{}}}",
                "released/openapi/publisher.yaml | /paths/~1v1~1events/get          | {\"responses\":{}}",
                "released/openapi/publisher.yaml | /paths/~1v1~1events/post/responses/418 | {\"description\":\"tea\"}",
                "released/openapi/sse-edge.yaml  | /paths/~1v1~1poll/get/parameters/- | {\"in\":\"query\",\"name\":\"more\"}",
            })
    void shouldLetPassWhatIsNew(String name, String pointer, String value) throws IOException {
        var after = document(name);
        put(after, pointer, value);
        assertThat(BreakingChanges.between(document(name), after)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"sse-edge", "publisher", "ws-edge", "grpc-edge"})
    void shouldSeeThatAParameterIsNewAndRequired(String service) throws IOException {
        var name = "released/openapi/" + service + ".yaml";
        var after = document(name);
        var operation = after.path("paths").elements().next().elements().next();
        var list = operation.path("parameters") instanceof ArrayNode present
                ? present
                : ((ObjectNode) operation).putArray("parameters");
        list.addObject().put("in", "query").put("name", "more").put("required", true);
        assertThat(BreakingChanges.between(document(name), after))
                .hasSize(1)
                .first()
                .asString()
                .endsWith("query more: is new and required");
    }
}
