package dev.sluice.local;

import dev.sluice.local.identity.Identity;
import dev.sluice.local.keycloak.Keycloak;
import dev.sluice.local.process.Launch;
import dev.sluice.local.process.Ports;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * What a {@link LocalStack} consists of. By default: one replica of everything on free ports, on this JVM's Java, with an
 * empty Kafka. For one thread.
 */
public final class LocalStackBuilder {
    private final Path directory;
    private Path kafkaData;
    private Path root = RepositoryRoot.find();
    private Path javaHome = Path.of(System.getProperty("java.home"));
    private Set<Component> components = EnumSet.copyOf(Component.BY_DEFAULT);
    private final Map<Component, Integer> replicas = new EnumMap<>(Component.class);
    private final Map<Component, Map<String, String>> env = new EnumMap<>(Component.class);
    private final Map<Component, List<String>> jvmFlags = new EnumMap<>(Component.class);
    private final Map<String, String> kafkaProperties = new LinkedHashMap<>();
    /** For a machine that is busy: six services that start at once have a third of a core each then, or less; Keycloak alone takes half a minute where nothing else is going on. */
    private Duration startDeadline = Duration.ofMinutes(5);

    private Duration stopGrace = Duration.ofSeconds(30);
    private Progress progress = Progress.SILENT;
    private final List<String> origins = new ArrayList<>(List.of("http://localhost:*", "http://127.0.0.1:*"));
    private boolean defaultPorts;
    private boolean keepData;
    private boolean operatorPorts;
    private boolean edgeConsole;

    LocalStackBuilder(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
        this.kafkaData = new Layout(this.directory).kafkaData();
    }

    /** The repository whose built services are run; found from the working directory upwards when not given. */
    public LocalStackBuilder root(Path newRoot) {
        root = newRoot.toAbsolutePath().normalize();
        return this;
    }

    /** The ports of {@code ./sluice up} instead of free ones. */
    public LocalStackBuilder defaultPorts() {
        defaultPorts = true;
        return this;
    }

    /** Starts these and nothing else. */
    public LocalStackBuilder only(Component first, Component... more) {
        components = EnumSet.of(first, more);
        return this;
    }

    /** Starts everything but this; whoever needs it runs it on its port. */
    public LocalStackBuilder without(Component component) {
        components.remove(component);
        return this;
    }

    /** The real Keycloak, with the example realm, in place of the small identity provider; its start may take as long as it does. */
    public LocalStackBuilder keycloak() {
        components.remove(Component.IDENTITY);
        components.add(Component.KEYCLOAK);
        return this;
    }

    /** So many replicas of each edge. */
    public LocalStackBuilder replicas(int count) {
        Component.EDGES.forEach(edge -> replicas(edge, count));
        return this;
    }

    /** So many replicas of this edge. */
    public LocalStackBuilder replicas(Component edge, int count) {
        if (count < 1 || !edge.isEdge()) {
            throw new IllegalArgumentException(count + " replicas of " + edge.id());
        }
        replicas.put(edge, count);
        return this;
    }

    /** Adds to the environment of all replicas of the component. */
    public LocalStackBuilder env(Component component, String name, String value) {
        env.computeIfAbsent(component, key -> new LinkedHashMap<>()).put(name, value);
        return this;
    }

    /** Pages of this origin may connect, beside those on this machine. */
    public LocalStackBuilder origin(String origin) {
        origins.add(origin);
        return this;
    }

    /** Each edge lists its sessions, on a free port of its own. */
    public LocalStackBuilder operatorPorts() {
        operatorPorts = true;
        return this;
    }

    /** sse-edge serves a console, too: where people sign in at {@link #keycloak()}. */
    public LocalStackBuilder edgeConsole() {
        edgeConsole = true;
        return this;
    }

    /** Adds flags to the component's own; where they contradict, these win. */
    public LocalStackBuilder jvmFlags(Component component, String... flags) {
        jvmFlags.computeIfAbsent(component, key -> new ArrayList<>()).addAll(Arrays.asList(flags));
        return this;
    }

    /** Sets a property of the broker ({@code server.properties}); {@code name+} lengthens a list that has something already. */
    public LocalStackBuilder kafkaProperty(String name, String value) {
        kafkaProperties.put(name, value);
        return this;
    }

    /** The Java that the processes run on, 17 or newer. */
    public LocalStackBuilder javaHome(Path newJavaHome) {
        javaHome = newJavaHome;
        return this;
    }

    /** How long each process may take until it is ready; 2 min by default. */
    public LocalStackBuilder startDeadline(Duration deadline) {
        startDeadline = deadline;
        return this;
    }

    /** How long each process may take to end before it is killed; 30 s by default. */
    public LocalStackBuilder stopGrace(Duration grace) {
        stopGrace = grace;
        return this;
    }

    /** Goes on with the Kafka data that an earlier stack left in the directory. */
    public LocalStackBuilder keepData() {
        keepData = true;
        return this;
    }

    /** Keeps Kafka's data there, and goes on with what is there. Nothing in a folder that a person named is ever deleted. */
    public LocalStackBuilder kafkaData(Path newKafkaData) {
        kafkaData = newKafkaData.toAbsolutePath().normalize();
        return keepData();
    }

    /** Whom to tell about starts and stops. */
    public LocalStackBuilder progress(Progress newProgress) {
        progress = newProgress;
        return this;
    }

    /**
     * Starts everything, and returns when everything is ready.
     *
     * @throws StartFailed with one clear line; nothing is left running then
     */
    public LocalStack start() {
        var placement = defaultPorts ? Placement.onDefaultPorts(replicas) : Placement.onFreePorts(replicas);
        var instances = placement.instances().stream()
                .filter(instance -> components.contains(instance.component()))
                .toList();
        var layout = new Layout(directory, kafkaData);
        var launches = new Launches(root, javaHome, layout, placement, kafkaProperties, issuer(placement), origins);
        prepare(instances, placement, layout, launches);

        var failure = new CompletableFuture<Service>();
        var deadlines = new Deadlines(startDeadline, stopGrace);
        var readiness = new Readiness();
        var services = instances.stream()
                .map(instance -> new Service(
                        instance,
                        launch(launches, placement, instance),
                        layout.run(),
                        deadlines,
                        readiness,
                        failure::complete))
                .toList();
        var stack = new LocalStack(layout.run(), progress, services, failure);
        stack.start();
        return stack;
    }

    private URI issuer(Placement placement) {
        return components.contains(Component.KEYCLOAK)
                ? new Keycloak(placement.portOf(Component.KEYCLOAK)).issuer()
                : new Identity(placement.portOf(Component.IDENTITY)).issuer();
    }

    private void prepare(List<Instance> instances, Placement placement, Layout layout, Launches launches) {
        try {
            Leftovers.end(layout.run());
            for (var instance : instances) {
                launches.requireBuilt(instance.component());
                requireFreePort(instance.port(), instance.name());
            }
            if (components.contains(Component.KAFKA)) {
                requireFreePort(placement.controllerPort(), "kafka's controller");
            }
            layout.prepare(keepData);
        } catch (IOException e) {
            throw StartFailed.before("can't prepare " + directory + ": " + e);
        }
    }

    private Launch launch(Launches launches, Placement placement, Instance instance) {
        var component = instance.component();
        var moreEnv = new LinkedHashMap<>(env.getOrDefault(component, Map.of()));
        if (operatorPorts && component.isEdge()) {
            moreEnv.put(Service.OPERATOR_PORT, Ports.free(1).get(0).toString());
        }
        if (edgeConsole && component == Component.SSE_EDGE) {
            moreEnv.put("SLUICE_CONSOLE_ENABLED", "true");
            moreEnv.put("SLUICE_CONSOLE_CLIENT", Keycloak.PEOPLE);
            moreEnv.put("SLUICE_CONSOLE_WEBSOCKET", "http://localhost:" + placement.portOf(Component.WS_EDGE));
            moreEnv.put("SLUICE_CONSOLE_GRPC", "http://localhost:" + placement.portOf(Component.GRPC_EDGE));
        }
        return launches.of(instance, jvmFlags.getOrDefault(component, List.of()), moreEnv);
    }

    static void requireFreePort(int port, String name) {
        if (!Ports.isFree(port)) {
            throw StartFailed.before("port " + port + " (" + name + ") is in use"
                    + Ports.ownerOf(port).map(owner -> " by " + owner).orElse(""));
        }
    }
}
