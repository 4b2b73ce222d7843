package dev.sluice.system.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import dev.sluice.client.Json;
import dev.sluice.local.RepositoryRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The messages that {@code docs/asyncapi.yaml} has, and their schemas. Safe on any thread. */
final class AsyncApi {
    /** Where JSON Schema has what is referred to. */
    private static final String DEFINITIONS = "#/definitions/";

    private static final JsonNode COMPONENTS = components();
    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_7,
            registry -> registry.schemaRegistryConfig(
                    SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));
    private static final Map<String, Schema> SCHEMAS = new ConcurrentHashMap<>();

    private AsyncApi() {}

    private static JsonNode components() {
        try {
            var document = new YAMLMapper()
                    .readTree(
                            RepositoryRoot.find().resolve("docs/asyncapi.yaml").toFile());
            return Json.parse(document.path("components").toString().replace("#/components/", DEFINITIONS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Looks whether a message is as the document says.
     *
     * @param message its name among the document's components
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static void require(String message, JsonNode payload) {
        var errors = SCHEMAS.computeIfAbsent(message, AsyncApi::schema).validate(payload.toString(), InputFormat.JSON);
        if (!errors.isEmpty()) {
            throw new IllegalArgumentException(
                    "not as docs/asyncapi.yaml has it, " + message + ": " + errors + " in " + payload);
        }
    }

    private static Schema schema(String message) {
        if (!COMPONENTS.path("messages").has(message)) {
            throw new IllegalArgumentException("docs/asyncapi.yaml has no message " + message);
        }
        var schema = Json.object();
        schema.putArray("allOf").addObject().put("$ref", DEFINITIONS + "messages/" + message + "/payload");
        schema.set("definitions", COMPONENTS);
        return REGISTRY.getSchema(schema.toString());
    }
}
