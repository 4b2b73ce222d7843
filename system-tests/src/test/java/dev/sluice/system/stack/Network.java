package dev.sluice.system.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One client's way to whatever server: when it is bad, it is bad to all of them. Safe for use by several threads. */
public final class Network implements AutoCloseable {

    private final Map<URI, Wire> wires = new ConcurrentHashMap<>();
    private volatile Wire.Weather weather = Wire.Weather.FAIR;

    /** Where the server is from here. */
    public URI to(URI server) {
        return wires.computeIfAbsent(server, this::wire).url();
    }

    private Wire wire(URI server) {
        try {
            return Wire.to(server, () -> weather);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on, for connections that stand too. */
    public void weather(Wire.Weather now) {
        weather = now;
    }

    /** See {@link Wire#loseClients()}. */
    public void loseClient() {
        wires.values().forEach(Wire::loseClients);
    }

    @Override
    public void close() {
        for (var wire : wires.values()) {
            try {
                wire.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
