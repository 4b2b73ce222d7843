package dev.sluice.system.client.grpc;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.net.URI;

/** Connections of real gRPC clients. */
public final class Channels {

    private static final int LARGEST_MESSAGE = 1024 * 1024;
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private Channels() {}

    /** A connection of its own; to be shut down. */
    public static ManagedChannel open(URI edge) {
        return NettyChannelBuilder.forAddress(edge.getHost(), edge.getPort())
                .usePlaintext()
                .maxInboundMessageSize(LARGEST_MESSAGE)
                .build();
    }

    /** Calls over the channel carry the token, unless it is empty. */
    public static Channel withToken(Channel channel, String token) {
        if (token.isEmpty()) {
            return channel;
        }
        var metadata = new Metadata();
        metadata.put(AUTHORIZATION, "Bearer " + token);
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
    }
}
