package dev.sluice.client.grpc;

import dev.sluice.client.Credential;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.net.URI;
import java.util.Map;

/** Connections of real gRPC clients. */
public final class Channels {

    private static final int LARGEST_MESSAGE = 1024 * 1024;

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
        return with(channel, Credential.bearer(token).headers());
    }

    /** Calls over the channel carry the metadata. */
    public static Channel with(Channel channel, Map<String, String> metadata) {
        var headers = new Metadata();
        metadata.forEach((name, value) -> headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }
}
