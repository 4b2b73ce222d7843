package dev.sluice.system.stack;

import dev.sluice.client.Connection;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.client.http.Producer;
import dev.sluice.local.Component;
import dev.sluice.local.LocalStack;
import dev.sluice.local.LocalStackBuilder;
import dev.sluice.local.Service;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.observe.Scrape;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A running system, in the words of its clients. */
public record Sluice(LocalStack stack) implements AutoCloseable {

    /** May publish and subscribe everywhere. */
    public static final String ADMIN = "admin";

    /** All that take tokens. */
    public static final List<Component> SERVICES =
            List.of(Component.PUBLISHER, Component.SSE_EDGE, Component.WS_EDGE, Component.GRPC_EDGE);

    private static final AtomicInteger NAMES = new AtomicInteger();

    /** Heartbeats and ends of tokens that a test can wait for. */
    public static LocalStackBuilder builder(String name) {
        var builder = LocalStack.builder(Path.of("target/stacks").resolve(name));
        Component.EDGES.forEach(edge -> builder.env(edge, "SLUICE_HEARTBEAT_INTERVAL", "1s"));
        SERVICES.forEach(service -> builder.env(service, "SLUICE_AUTH_CLOCK_SKEW", "1s")
                // They don't live so long that the second compiler earns what it costs: a third of the time of a build.
                .jvmFlags(service, "-XX:TieredStopAtLevel=1"));
        return builder;
    }

    /** A name that no other test has: tests share the log. */
    public static String unique(String name) {
        return name + "-" + NAMES.incrementAndGet();
    }

    public URI url(Component component) {
        return url(component, 0);
    }

    public URI url(Component component, int replica) {
        return stack.service(component, replica).url();
    }

    /** A token without roles. */
    public String token(String user) {
        return stack.identity().token(user);
    }

    /** A token of somebody who may do everything. */
    public String admin() {
        return stack.identity().token(ADMIN, "publisher", "reader");
    }

    public String mint(TokenRequest request) {
        return stack.identity().mint(request);
    }

    /** Whoever may publish everywhere. */
    public Producer producer() {
        return new Producer(url(Component.PUBLISHER), admin());
    }

    public Producer producer(String token) {
        return new Producer(url(Component.PUBLISHER), token);
    }

    /** As somebody who may do everything. */
    public Connection subscribe(Protocol protocol, SubscriptionRequest request) {
        return protocol.subscribe(url(protocol.edge()), admin(), request);
    }

    public Connection subscribe(Protocol protocol, int replica, SubscriptionRequest request) {
        return protocol.subscribe(url(protocol.edge(), replica), admin(), request);
    }

    public Connection subscribe(Protocol protocol, String token, SubscriptionRequest request) {
        return protocol.subscribe(url(protocol.edge()), token, request);
    }

    /**
     * Ends the system, and fails when an edge still counts connections though all clients have gone, for each would hold a slot for good,
     * or when a service keeps the socket of one.
     */
    @Override
    public void close() {
        try {
            running(Component.EDGES).forEach(Sluice::awaitNobody);
            running(SERVICES).forEach(Sluice::awaitNoSocket);
        } finally {
            stack.close();
        }
    }

    private Stream<Service> running(List<Component> components) {
        return components.stream()
                .flatMap(component -> stack.services(component).stream())
                .filter(service -> service.isAlive() && service.isReady());
    }

    private static void awaitNobody(Service edge) {
        Expect.until(
                "that " + edge.name() + " counts no connection",
                () -> Scrape.of(edge.url()).sum("sluice_connections_active", "") == 0);
    }

    private static void awaitNoSocket(Service service) {
        Expect.until(
                "that " + service.name() + " closes what its clients have closed",
                () -> Sockets.leftOpen(service.port()) == 0);
    }
}
