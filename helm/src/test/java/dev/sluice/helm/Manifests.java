package dev.sluice.helm;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What a render gives: objects of Kubernetes, in their order. */
record Manifests(List<JsonNode> all) {
    /** A key that stands twice in a map is an error, as it is in Kubernetes. */
    static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    static final ObjectMapper JSON = new ObjectMapper();

    private static final ObjectMapper DOCUMENTS =
            new ObjectMapper(new YAMLFactory()).enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    static Manifests of(String text) {
        try (MappingIterator<JsonNode> documents =
                DOCUMENTS.readerFor(JsonNode.class).readValues(text)) {
            return new Manifests(documents.readAll().stream()
                    .filter(document -> !document.isNull() && !document.isMissingNode())
                    .toList());
        } catch (IOException broken) {
            throw new UncheckedIOException("the render is no YAML:\n" + text, broken);
        }
    }

    /** All of a kind. */
    List<JsonNode> kind(String kind) {
        return all.stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .toList();
    }

    /** The one of this kind and name; throws when there is none. */
    JsonNode one(String kind, String name) {
        return kind(kind).stream()
                .filter(object -> name(object).equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " " + name + " among "
                        + all.stream().map(Manifests::describe).toList()));
    }

    boolean has(String kind, String name) {
        return kind(kind).stream().anyMatch(object -> name(object).equals(name));
    }

    /** A component's Deployment, such as {@code sse}. */
    JsonNode deployment(String component) {
        return kind("Deployment").stream()
                .filter(component(component))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no Deployment of " + component));
    }

    /** A component's only container. */
    JsonNode container(String component) {
        return podSpec(deployment(component)).path("containers").path(0);
    }

    /** The value of a variable of a component's environment; empty when it is not set or comes from elsewhere. */
    String env(String component, String name) {
        return items(container(component).path("env"))
                .filter(variable -> variable.path("name").asText().equals(name))
                .map(variable -> variable.path("value").asText())
                .findFirst()
                .orElse("");
    }

    static Predicate<JsonNode> component(String component) {
        return object -> component(object).equals(component);
    }

    static String component(JsonNode object) {
        return object.path("metadata")
                .path("labels")
                .path("app.kubernetes.io/component")
                .asText();
    }

    static String name(JsonNode object) {
        return object.path("metadata").path("name").asText();
    }

    static String describe(JsonNode object) {
        return object.path("kind").asText() + " " + name(object);
    }

    /** Of a Deployment. */
    static JsonNode podSpec(JsonNode deployment) {
        return deployment.path("spec").path("template").path("spec");
    }

    static Stream<JsonNode> items(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    static List<String> texts(JsonNode array) {
        return items(array).map(JsonNode::asText).toList();
    }
}
