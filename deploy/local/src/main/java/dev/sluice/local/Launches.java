package dev.sluice.local;

import dev.sluice.local.identity.IdentityMain;
import dev.sluice.local.kafka.BrokerMain;
import dev.sluice.local.keycloak.Distribution;
import dev.sluice.local.process.Launch;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** Turns an instance into the command that starts it. */
final class Launches {

    private static final String LOG_FORMAT =
            "-Djava.util.logging.SimpleFormatter.format=%1$tF %1$tT,%1$tL %4$-7s %3$s %5$s%6$s%n";

    private final Path root;
    private final Path javaHome;
    private final Layout layout;
    private final Placement placement;
    private final Map<String, String> kafkaProperties;
    /** Whose tokens the services take. */
    private final URI issuer;
    /** Whose pages may connect. */
    private final String origins;
    /** Of this system's own edges; a new one at each start. */
    private final String ticketKey = ticketKey();

    Launches(
            Path root,
            Path javaHome,
            Layout layout,
            Placement placement,
            Map<String, String> kafkaProperties,
            URI issuer,
            List<String> origins) {
        this.root = root;
        this.javaHome = javaHome;
        this.layout = layout;
        this.placement = placement;
        this.kafkaProperties = kafkaProperties;
        this.issuer = issuer;
        this.origins = String.join(",", origins);
    }

    /** Fails with one clear line when there is nothing to start; Keycloak gets its realm. */
    void requireBuilt(Component component) {
        if (!Files.isExecutable(javaHome.resolve("bin/java"))) {
            throw StartFailed.before("no Java in " + javaHome + " (bin/java is missing)");
        }
        if (component.isOurs() && !Files.exists(runner(component))) {
            throw StartFailed.before(
                    component.id() + " is not built: " + runner(component) + " is missing (./mvnw package)");
        }
        if (component == Component.KEYCLOAK) {
            keycloak().importRealm(root);
        }
    }

    Launch of(Instance instance, List<String> moreFlags, Map<String, String> moreEnv) {
        var component = instance.component();
        var flags = new ArrayList<>(JvmFlags.of(component));
        flags.addAll(flags(component));
        flags.addAll(moreFlags);
        var env = new LinkedHashMap<>(env(instance));
        env.putAll(moreEnv);
        return new Launch(
                instance.name(),
                javaHome,
                flags,
                classPath(component),
                mainClass(component),
                args(instance),
                env,
                layout.directory(),
                layout.logOf(instance.name()));
    }

    private List<String> flags(Component component) {
        return switch (component) {
            case KAFKA, IDENTITY -> List.of(LOG_FORMAT);
            case KEYCLOAK -> keycloak().jvmFlags();
            case PUBLISHER, SSE_EDGE, WS_EDGE, GRPC_EDGE -> List.of();
        };
    }

    private List<String> classPath(Component component) {
        return switch (component) {
            case KAFKA, IDENTITY -> Launch.ownClassPath();
            case KEYCLOAK -> List.of(keycloak().runner().toString());
            case PUBLISHER, SSE_EDGE, WS_EDGE, GRPC_EDGE ->
                List.of(runner(component).toString());
        };
    }

    private Distribution keycloak() {
        return Distribution.under(root)
                .orElseThrow(() -> StartFailed.before("keycloak is not there: "
                        + root.resolve(Distribution.MODULE).resolve("target")
                        + " has none (./mvnw package -pl " + Distribution.MODULE + ")"));
    }

    private Path runner(Component component) {
        return root.resolve(component.module()).resolve("target/quarkus-app/quarkus-run.jar");
    }

    private String mainClass(Component component) {
        return switch (component) {
            case KAFKA -> BrokerMain.class.getName();
            case IDENTITY -> IdentityMain.class.getName();
            case KEYCLOAK -> mainClass(keycloak().runner());
            case PUBLISHER, SSE_EDGE, WS_EDGE, GRPC_EDGE -> mainClass(runner(component));
        };
    }

    /** Which one that is depends on how Quarkus packaged it. */
    private static String mainClass(Path runner) {
        try (var jar = new JarFile(runner.toFile())) {
            return jar.getManifest().getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
        } catch (IOException unreadable) {
            throw StartFailed.before(runner + " can't be read: " + unreadable.getMessage());
        }
    }

    private List<String> args(Instance instance) {
        var port = Integer.toString(instance.port());
        return switch (instance.component()) {
            case KAFKA ->
                Stream.concat(
                                Stream.of(
                                        port,
                                        Integer.toString(placement.controllerPort()),
                                        layout.kafkaData().toString()),
                                kafkaProperties.entrySet().stream()
                                        .map(entry -> entry.getKey() + "=" + entry.getValue()))
                        .toList();
            case IDENTITY -> List.of(port);
            case KEYCLOAK -> Distribution.args(instance.port(), layout.keycloakData());
            case PUBLISHER, SSE_EDGE, WS_EDGE, GRPC_EDGE -> List.of();
        };
    }

    private static String ticketKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    private Map<String, String> env(Instance instance) {
        var env = new LinkedHashMap<String, String>();
        // glibc would keep a pool of memory for each of many threads.
        env.put("MALLOC_ARENA_MAX", "2");
        if (instance.component() == Component.KEYCLOAK) {
            env.putAll(Distribution.ENV);
        }
        if (!instance.component().isOurs()) {
            return env;
        }
        env.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        env.put("QUARKUS_HTTP_PORT", Integer.toString(instance.port()));
        env.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + placement.portOf(Component.KAFKA));
        env.put("QUARKUS_OIDC_AUTH_SERVER_URL", issuer.toString());
        env.put("QUARKUS_GRPC_CLIENTS_PUBLISHER_HOST", "127.0.0.1");
        env.put("QUARKUS_GRPC_CLIENTS_PUBLISHER_PORT", Integer.toString(placement.portOf(Component.PUBLISHER)));
        env.put("SMALLRYE_CONFIG_LOCATIONS", layout.rules().toUri().toString());
        // Whoever presses Ctrl-C does not want to wait for long.
        env.put("SLUICE_DRAIN_WINDOW", "1s");
        env.put("QUARKUS_HTTP_AUTH_PERMISSION_REFLECTION_ENABLED", "true");
        env.put("SLUICE_EDGES_KEYS", LocalStack.EDGE_KEY);
        if (Component.EDGES.contains(instance.component())) {
            env.put("SLUICE_TICKETS_KEYS", ticketKey);
        }
        // Pages under development.
        env.put("SLUICE_BROWSER_ORIGINS", origins);
        // The logs are for people here.
        env.put("QUARKUS_LOG_CONSOLE_JSON_ENABLED", "false");
        return env;
    }
}
