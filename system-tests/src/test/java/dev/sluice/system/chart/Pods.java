package dev.sluice.system.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.Helm;
import dev.sluice.local.Component;
import dev.sluice.local.LocalStack;
import dev.sluice.local.LocalStackBuilder;
import dev.sluice.local.RepositoryRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The chart's Deployments, run as processes: what a kubelet does of a pod, as far as an environment and mounted files go. Addresses
 * are the local stack's own.
 */
public final class Pods {
    private static final String MOUNTS = "/etc/sluice";

    /** Names and ports of a cluster; the stack knows where its processes are. */
    private static final Set<String> ADDRESSES = Set.of(
            "QUARKUS_HTTP_HOST",
            "QUARKUS_HTTP_PORT",
            "QUARKUS_HTTP_SSL_PORT",
            "QUARKUS_OIDC_AUTH_SERVER_URL",
            "QUARKUS_GRPC_CLIENTS_PUBLISHER_HOST",
            "QUARKUS_GRPC_CLIENTS_PUBLISHER_PORT");

    private static final String BY_DEFAULT = """
            image: {registry: registry.example.com}
            edgeKeys: {secretName: edge-keys}
            kafka: {bootstrapServers: "kafka:9092"}
            auth:
              issuer: https://id.example.com
              rules:
                everybody: {subscribe: ["public.**", "rooms.**", "users.{sub}.**"], publish: ["rooms.**"]}
                publisher: {role: publisher, publish: ["**"]}
                reader: {role: reader, subscribe: ["**"]}
            defaults:
              config: {quarkus.log.console.json.enabled: "false"}
              # Whoever stops the stack does not want to wait for long.
              drain: {windowSeconds: 1}
            """;

    /** What the local stack has too. */
    public static final Map<String, String> EDGE_KEYS = Map.of("keys", LocalStack.EDGE_KEY);

    private static final Map<Component, String> NAMES = Map.of(
            Component.PUBLISHER, "publisher",
            Component.SSE_EDGE, "sse",
            Component.WS_EDGE, "ws",
            Component.GRPC_EDGE, "grpc");

    private final List<JsonNode> objects;
    private final Path directory;
    private final Map<String, Map<String, String>> secrets;

    private Pods(List<JsonNode> objects, Path directory, Map<String, Map<String, String>> secrets) {
        this.objects = objects;
        this.directory = directory;
        this.secrets = secrets;
    }

    /**
     * Renders the chart.
     *
     * @param values a values file, as YAML
     * @param directory where the pods' files are put
     * @param secrets those that exist in the cluster: by name, by key
     */
    public static Pods of(String values, Path directory, Map<String, Map<String, String>> secrets) {
        try {
            Path file = Files.createDirectories(directory).resolve("values.yaml");
            Files.writeString(file, values);
            String manifests = new Helm(RepositoryRoot.find().resolve("helm/sluice"))
                    .template()
                    .withName("events")
                    .withNamespace("streaming")
                    .withKubeVersion("1.34.0")
                    .withValuesFile(file)
                    .call();
            var yaml = new ObjectMapper(new YAMLFactory()).readerFor(JsonNode.class);
            try (MappingIterator<JsonNode> documents = yaml.readValues(manifests)) {
                return new Pods(
                        documents.readAll().stream().filter(JsonNode::isObject).toList(),
                        directory.toAbsolutePath(),
                        secrets);
            }
        } catch (IOException unusable) {
            throw new UncheckedIOException(unusable);
        }
    }

    /** The stack, with what the chart makes of little more than the rules of {@code ./sluice up}. */
    public static LocalStackBuilder asByDefault(LocalStackBuilder stack) {
        Pods pods = of(BY_DEFAULT, Path.of("target/stacks/shared/pods"), Map.of("edge-keys", EDGE_KEYS));
        NAMES.keySet().forEach(component -> pods.run(component, stack));
        return stack;
    }

    /** An object of the render, such as the KafkaUser {@code events-sluice-edges}. */
    JsonNode object(String kind, String name) {
        return objects.stream()
                .filter(object -> object.path("kind").asText().equals(kind)
                        && object.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the chart renders no " + kind + " " + name));
    }

    /** Lets the component's processes have what its pods would have; of the variables not those that the stack has to say. */
    public void run(Component component, LocalStackBuilder stack) {
        JsonNode pod = pod(component);
        JsonNode container = container(component);
        Path root = root(component);
        container.path("volumeMounts").forEach(mount -> mount(pod, mount, root));
        container.path("env").forEach(variable -> {
            String name = variable.path("name").asText();
            // Of Kafka there may be more than the one that the stack has.
            boolean elsewhere =
                    name.equals("KAFKA_BOOTSTRAP_SERVERS") && !value(variable).startsWith("127.0.0.1");
            if (!ADDRESSES.contains(name) && !elsewhere) {
                stack.env(component, name, localized(value(variable), root));
            }
        });
    }

    /** What the component's pods tell Kafka's clients, by the names of Kafka's settings. */
    Map<String, String> kafka(Component component) {
        var settings = new HashMap<String, String>();
        container(component).path("env").forEach(variable -> {
            String name = variable.path("name").asText();
            if (name.startsWith("KAFKA_")) {
                settings.put(
                        name.substring("KAFKA_".length())
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '.'),
                        localized(value(variable), root(component)));
            }
        });
        return settings;
    }

    /** Where a file of the component's pods is on this machine. */
    public Path file(Component component, String path) {
        return Path.of(root(component) + path);
    }

    private JsonNode pod(Component component) {
        return object("Deployment", "events-sluice-" + NAMES.get(component)).at("/spec/template/spec");
    }

    private JsonNode container(Component component) {
        return pod(component).path("containers").path(0);
    }

    private Path root(Component component) {
        return directory.resolve(String.valueOf(NAMES.get(component)));
    }

    private String value(JsonNode variable) {
        JsonNode reference = variable.at("/valueFrom/secretKeyRef");
        return reference.isMissingNode()
                ? variable.path("value").asText()
                : secret(reference.path("name").asText(), reference.path("key").asText());
    }

    private void mount(JsonNode pod, JsonNode mount, Path root) {
        String path = mount.path("mountPath").asText();
        if (!path.startsWith(MOUNTS)) {
            return;
        }
        for (JsonNode volume : pod.path("volumes")) {
            if (volume.path("name").equals(mount.path("name"))) {
                files(volume).forEach((name, content) -> write(Path.of(root + path, name), localized(content, root)));
            }
        }
    }

    private Map<String, String> files(JsonNode volume) {
        JsonNode items = volume.at("/secret/items");
        if (!items.isMissingNode()) {
            String name = volume.at("/secret/secretName").asText();
            var files = new HashMap<String, String>();
            items.forEach(item -> files.put(
                    item.path("path").asText(), secret(name, item.path("key").asText())));
            return files;
        }
        JsonNode data =
                object("ConfigMap", volume.at("/configMap/name").asText()).path("data");
        return Map.of("sluice.properties", data.path("sluice.properties").asText());
    }

    private String secret(String name, String key) {
        String value = secrets.getOrDefault(name, Map.of()).get(key);
        if (value == null) {
            throw new IllegalArgumentException("the pod refers to a secret that nobody made: " + name + ", " + key);
        }
        return value;
    }

    private static String localized(String text, Path root) {
        return text.replace(MOUNTS, root + MOUNTS);
    }

    private static void write(Path file, String content) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
