package dev.sluice.publisher.grpc;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.v1.PublishReceipt;
import dev.sluice.identity.ProblemResponse;
import dev.sluice.publisher.kafka.Receipt;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** Receipts and refusals as gRPC says them. */
final class Statuses {
    private static final Metadata.Key<String> REASON = key("sluice-reason");
    private static final Metadata.Key<String> FIELD = key("sluice-field");
    /** Of the retries of gRPC (gRFC A6). */
    private static final Metadata.Key<String> PUSHBACK = key("grpc-retry-pushback-ms");

    private static final long PUSHBACK_MILLIS = 1_000;

    private Statuses() {}

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    static StatusRuntimeException of(Problem problem) {
        var trailers = new Metadata();
        trailers.put(REASON, problem.reason().code());
        if (problem.field() != null) {
            trailers.put(FIELD, ProblemResponse.header(problem.field()));
        }
        if (problem.reason() == Reason.UNAVAILABLE || problem.reason() == Reason.DRAINING) {
            trailers.put(PUSHBACK, String.valueOf(PUSHBACK_MILLIS));
        }
        return Status.fromCodeValue(problem.reason().grpcStatus())
                .withDescription(problem.detail())
                .asRuntimeException(trailers);
    }

    static PublishReceipt message(Receipt.Stored stored) {
        var message = PublishReceipt.newBuilder()
                .setId(stored.id())
                .setChannel(stored.channel().name());
        if (stored.cursor() != null) {
            message.setCursor(stored.cursor());
        }
        return message.build();
    }

    /** The receipt of a stream, which goes on after a refusal. */
    static PublishReceipt message(Receipt receipt) {
        if (receipt instanceof Receipt.Stored stored) {
            return message(stored);
        }
        Problem problem = ((Receipt.Refused) receipt).problem();
        var error = dev.sluice.contract.v1.Error.newBuilder()
                .setReason(problem.reason().code())
                .setDetail(problem.detail());
        if (problem.field() != null) {
            error.setField(problem.field());
        }
        return PublishReceipt.newBuilder().setError(error).build();
    }
}
