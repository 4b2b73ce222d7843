package dev.sluice.local;

import dev.sluice.local.process.Ports;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which process listens where.
 *
 * @param instances every process that there could be; also those that a stack leaves out, so that the others are told a place
 *     where nobody answers
 * @param controllerPort Kafka's second port
 */
record Placement(List<Instance> instances, int controllerPort) {

    private static final int DEFAULT_CONTROLLER_PORT = 9093;

    Placement {
        instances = List.copyOf(instances);
    }

    static Placement onDefaultPorts(Map<Component, Integer> replicas) {
        return new Placement(wanted(replicas), DEFAULT_CONTROLLER_PORT);
    }

    static Placement onFreePorts(Map<Component, Integer> replicas) {
        var wanted = wanted(replicas);
        var free = Ports.free(wanted.size() + 1).iterator();
        var placed = wanted.stream()
                .map(instance -> new Instance(instance.component(), instance.replica(), free.next()))
                .toList();
        return new Placement(placed, free.next());
    }

    /** Where the first replica listens. */
    int portOf(Component component) {
        return instances.stream()
                .filter(instance -> instance.component() == component && instance.replica() == 0)
                .findFirst()
                .orElseThrow()
                .port();
    }

    private static List<Instance> wanted(Map<Component, Integer> replicas) {
        var wanted = new ArrayList<Instance>();
        for (var component : Component.values()) {
            for (var replica = 0; replica < replicas.getOrDefault(component, 1); replica++) {
                wanted.add(Instance.onDefaultPort(component, replica));
            }
        }
        return wanted;
    }
}
