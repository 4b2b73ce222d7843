package dev.sluice.local;

/**
 * One process of the stack.
 *
 * @param component what it runs
 * @param replica from 0 on
 * @param port where it listens, on 127.0.0.1
 */
record Instance(Component component, int replica, int port) {

    private static final int PORTS_BETWEEN_REPLICAS = 10;

    Instance {
        if (replica < 0 || (replica > 0 && !component.isEdge())) {
            throw new IllegalArgumentException("no replica " + replica + " of " + component.id());
        }
    }

    /** Where {@code ./sluice up} puts it: the edges on 8081 to 8083, their second replicas on 8091 to 8093, … */
    static Instance onDefaultPort(Component component, int replica) {
        return new Instance(component, replica, component.defaultPort() + PORTS_BETWEEN_REPLICAS * replica);
    }

    /** {@code sse-edge}, and its further replicas {@code sse-edge-1}, {@code sse-edge-2}, … */
    String name() {
        return replica == 0 ? component.id() : component.id() + "-" + replica;
    }
}
