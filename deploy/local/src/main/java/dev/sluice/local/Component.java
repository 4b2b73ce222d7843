package dev.sluice.local;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A part of the system. */
public enum Component {
    KAFKA("kafka", 9092),
    IDENTITY("identity", 8180),
    /** Takes the place of {@link #IDENTITY} in a stack that asks for it. */
    KEYCLOAK("keycloak", 8180),
    PUBLISHER("publisher", 8080),
    SSE_EDGE("sse-edge", 8081),
    WS_EDGE("ws-edge", 8082),
    GRPC_EDGE("grpc-edge", 8083);

    /** The edges, in the order of their ports. */
    public static final List<Component> EDGES = List.of(SSE_EDGE, WS_EDGE, GRPC_EDGE);

    /** What a stack consists of unless it asks for something else. */
    public static final Set<Component> BY_DEFAULT =
            Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(KEYCLOAK)));

    /**
     * Components of one stage start together, and a stage when the one before it is ready. The publisher creates the topic that
     * the edges read.
     */
    static final List<List<Component>> START_ORDER =
            List.of(List.of(KAFKA, IDENTITY, KEYCLOAK), List.of(PUBLISHER), EDGES);

    /**
     * Edges first, so that they can say goodbye to their clients while everything behind them is alive; Kafka last, so that
     * the publisher can finish what it has accepted.
     */
    static final List<List<Component>> STOP_ORDER =
            List.of(EDGES, List.of(PUBLISHER), List.of(IDENTITY, KEYCLOAK), List.of(KAFKA));

    private final String id;
    private final int defaultPort;

    Component(String id, int defaultPort) {
        this.id = id;
        this.defaultPort = defaultPort;
    }

    /** How a person calls it: {@code kafka}, {@code identity}, {@code keycloak}, {@code publisher}, {@code sse-edge}, … */
    public String id() {
        return id;
    }

    /** Where {@code ./sluice up} puts its first replica. */
    public int defaultPort() {
        return defaultPort;
    }

    public boolean isEdge() {
        return EDGES.contains(this);
    }

    /** Whether it is a service of Sluice. */
    public boolean isOurs() {
        return this == PUBLISHER || isEdge();
    }

    /** The component of that id. */
    public static Optional<Component> of(String id) {
        return Arrays.stream(values())
                .filter(component -> component.id.equals(id))
                .findFirst();
    }

    /** The folder of the module that builds it. */
    String module() {
        return this == PUBLISHER ? "publisher-service" : id;
    }
}
