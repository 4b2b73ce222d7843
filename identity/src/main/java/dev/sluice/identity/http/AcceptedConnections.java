package dev.sluice.identity.http;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Netty's own extension point for what a server accepts: Vert.x hands a connection on only when its first request has come. Netty makes
 * it by itself, so who listens is the process's.
 */
public final class AcceptedConnections extends ChannelInitializerExtension {
    private static final Map<String, Consumer<Channel>> LISTENERS = new ConcurrentHashMap<>();

    /**
     * Has to be called before Netty looks for extensions, which it does with the first server or client of the process.
     *
     * @param name has one listener, the last
     */
    static void listen(String name, Consumer<Channel> listener) {
        System.setProperty(EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
        LISTENERS.put(name, listener);
    }

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        LISTENERS.values().forEach(listener -> listener.accept(channel));
    }
}
