package dev.sluice.edge.publish;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.v1.PublishReceipt;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.contract.v1.PublisherServiceGrpc;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.quarkus.grpc.GrpcClient;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Publishes for a client, with the client's own token: the publisher service checks what it allows. Never blocks; answers come
 * on any thread.
 */
@Singleton
public class PublisherClient {
    private static final Logger LOG = Logger.getLogger(PublisherClient.class);
    private static final Metadata.Key<String> AUTHORIZATION = ascii("authorization");
    private static final Metadata.Key<String> REASON = ascii("sluice-reason");
    private static final Metadata.Key<String> FIELD = ascii("sluice-field");
    /** Longer than the publisher itself waits for Kafka. */
    private static final long DEADLINE_SECONDS = 20;

    private final Channel channel;

    PublisherClient(@GrpcClient("publisher") Channel channel) {
        this.channel = channel;
    }

    private static Metadata.Key<String> ascii(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    /** One of the two consumers is called, once. */
    public void publish(
            PublishRequest request, String token, Consumer<PublishReceipt> acknowledged, Consumer<Problem> refused) {
        var headers = new Metadata();
        headers.put(AUTHORIZATION, "Bearer " + token);
        var call = PublisherServiceGrpc.newFutureStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .publish(request);
        Futures.addCallback(
                call,
                new FutureCallback<>() {
                    @Override
                    public void onSuccess(@Nullable PublishReceipt receipt) {
                        acknowledged.accept(Objects.requireNonNull(receipt, "a unary call answers with a message"));
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        refused.accept(problem(failure));
                    }
                },
                MoreExecutors.directExecutor());
    }

    private static Problem problem(Throwable failure) {
        Status status = Status.fromThrowable(failure);
        Metadata trailers =
                Optional.ofNullable(Status.trailersFromThrowable(failure)).orElseGet(Metadata::new);
        String detail = String.valueOf(status.getDescription());
        String code = trailers.get(REASON);
        Optional<Reason> said = Arrays.stream(Reason.values())
                .filter(reason -> reason.code().equals(code))
                .findAny();
        if (said.isPresent()) {
            return new Problem(said.get(), trailers.get(FIELD), detail);
        }
        return switch (status.getCode()) {
            case UNAUTHENTICATED -> Problem.of(Reason.UNAUTHENTICATED, "the publisher does not accept the token");
            case PERMISSION_DENIED -> Problem.of(Reason.FORBIDDEN, detail);
            case UNAVAILABLE, DEADLINE_EXCEEDED ->
                Problem.of(Reason.UNAVAILABLE, "the publisher does not answer; publish again with the same id");
            default -> {
                LOG.warnf("Publishing failed: %s", status);
                yield Problem.of(Reason.INTERNAL, "publishing failed");
            }
        };
    }
}
