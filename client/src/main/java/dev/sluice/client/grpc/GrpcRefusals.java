package dev.sluice.client.grpc;

import dev.sluice.client.Refusal;
import io.grpc.Metadata;
import io.grpc.Status;

/** How a call ended, with the trailers that docs/clients.md names. */
public final class GrpcRefusals {

    private static final Metadata.Key<String> REASON =
            Metadata.Key.of("sluice-reason", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> FIELD = Metadata.Key.of("sluice-field", Metadata.ASCII_STRING_MARSHALLER);

    private GrpcRefusals() {}

    public static Refusal of(Status status, Metadata trailers) {
        var reason = trailers.get(REASON);
        var field = trailers.get(FIELD);
        var detail = status.getDescription();
        return new Refusal(
                status.getCode().name(),
                reason == null ? "" : reason,
                field == null ? "" : field,
                detail == null ? "" : detail);
    }

    public static Refusal of(Throwable failure) {
        var trailers = Status.trailersFromThrowable(failure);
        return of(Status.fromThrowable(failure), trailers == null ? new Metadata() : trailers);
    }
}
