package dev.sluice.system.up;

import dev.sluice.local.Component;
import dev.sluice.local.console.Console;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** The ports of {@code ./sluice up}. */
final class DefaultPorts {

    private static final int KAFKA_CONTROLLER = 9093;
    private static final int BETWEEN_REPLICAS = 10;

    private DefaultPorts() {}

    /** Those of so many replicas that somebody listens on. */
    static List<Integer> busy(int replicas) {
        var ports = new ArrayList<Integer>();
        ports.add(KAFKA_CONTROLLER);
        ports.add(Console.PORT);
        for (var component : Component.values()) {
            for (var replica = 0; replica < (component.isEdge() ? replicas : 1); replica++) {
                ports.add(component.defaultPort() + BETWEEN_REPLICAS * replica);
            }
        }
        return ports.stream().filter(port -> !isFree(port)).toList();
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException inUse) {
            return false;
        }
    }
}
