package dev.sluice.local.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * TCP ports on the loopback address.
 */
public final class Ports {

    /**
     * Below the range from which Linux and macOS take the local ports of outgoing connections. A port of that range may be
     * taken between our look and the service's bind, or, while a service restarts, by a client that tries to reach it.
     */
    private static final int LOWEST = 16_384;

    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS = 10_000;

    private Ports() {}

    /** Distinct ports that were free a moment ago, in random places so that parallel stacks don't meet. */
    public static List<Integer> free(int count) {
        var found = new ArrayList<Integer>(count);
        for (var attempt = 0; attempt < ATTEMPTS && found.size() < count; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            if (!found.contains(port) && isFree(port)) {
                found.add(port);
            }
        }
        if (found.size() < count) {
            throw new IllegalStateException("no " + count + " free ports between " + LOWEST + " and " + HIGHEST);
        }
        return List.copyOf(found);
    }

    /** Whether a server could listen on the port now. */
    public static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            // As servers do it: connections of an earlier run that are still closing don't count.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Who listens on the port, in words: {@code pid 4711 (java)}; empty when that can't be found out. */
    public static Optional<String> ownerOf(int port) {
        return PortOwner.of(port)
                .map(owner -> "pid " + owner.pid()
                        + owner.info()
                                .command()
                                .map(command -> " (" + Path.of(command).getFileName() + ")")
                                .orElse(""));
    }
}
