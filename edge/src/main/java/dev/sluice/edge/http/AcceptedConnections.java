package dev.sluice.edge.http;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import java.util.function.Consumer;

/**
 * Netty's own extension point for what a server accepts: Vert.x hands a connection on only when its first request has come. Netty makes
 * it by itself, so who listens is the process's.
 */
public final class AcceptedConnections extends ChannelInitializerExtension {
    private static volatile Consumer<Channel> listener = channel -> {};

    /** Has to be called before Netty looks for extensions, which it does with the first server or client of the process. */
    static void listen(Consumer<Channel> newListener) {
        listener = newListener;
    }

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        listener.accept(channel);
    }
}
