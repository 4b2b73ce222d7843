package dev.sluice.edge.publish;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.v1.AcknowledgeRequest;
import dev.sluice.contract.v1.ClaimRequest;
import dev.sluice.contract.v1.ForgetRequest;
import dev.sluice.contract.v1.PositionServiceGrpc;
import dev.sluice.contract.v1.PublishReceipt;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.contract.v1.PublisherServiceGrpc;
import dev.sluice.fanout.position.PositionWriter;
import dev.sluice.identity.EdgeKeys;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import io.quarkus.grpc.GrpcClient;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
    private static final Metadata.Key<String> EDGE_KEY = ascii(EdgeKeys.HEADER);
    /** Longer than the publisher itself waits for Kafka. */
    private static final long DEADLINE_SECONDS = 20;

    private final Channel channel;
    private final EdgeKeys keys;

    PublisherClient(@GrpcClient("publisher") Channel channel, EdgeKeys keys) {
        this.channel = channel;
        this.keys = keys;
    }

    private static Metadata.Key<String> ascii(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    /** One of the two consumers is called, once. */
    public void publish(
            PublishRequest request, String token, Consumer<PublishReceipt> acknowledged, Consumer<Problem> refused) {
        call(
                signed(PublisherServiceGrpc.newFutureStub(channel), headers(token))
                        .publish(request),
                acknowledged,
                refused);
    }

    /**
     * Writes the positions of a user.
     *
     * @param token that is valid when it is asked for
     */
    public PositionWriter positions(Supplier<String> token) {
        return new PositionWriter() {
            @Override
            public void claim(String name, String holder, Consumer<Optional<Problem>> answer) {
                var request = ClaimRequest.newBuilder()
                        .setDurable(name)
                        .setHolder(holder)
                        .build();
                call(stub(token).claim(request), done -> answer.accept(Optional.empty()), refused(answer));
            }

            @Override
            public void acknowledge(String name, Cursor cursor, Consumer<Optional<Problem>> answer) {
                var request = AcknowledgeRequest.newBuilder()
                        .setDurable(name)
                        .setCursor(cursor.toString())
                        .build();
                call(stub(token).acknowledge(request), done -> answer.accept(Optional.empty()), refused(answer));
            }
        };
    }

    /** Gives a name up, and the position with it. One answer, on any thread; empty when Kafka has it. */
    public void forget(String name, String token, Consumer<Optional<Problem>> answer) {
        var request = ForgetRequest.newBuilder().setDurable(name).build();
        call(stub(() -> token).forget(request), done -> answer.accept(Optional.empty()), refused(answer));
    }

    private PositionServiceGrpc.PositionServiceFutureStub stub(Supplier<String> token) {
        Metadata headers = headers(token.get());
        keys.own().ifPresent(key -> headers.put(EDGE_KEY, key));
        return signed(PositionServiceGrpc.newFutureStub(channel), headers);
    }

    private static Consumer<Problem> refused(Consumer<Optional<Problem>> answer) {
        return problem -> answer.accept(Optional.of(problem));
    }

    private static Metadata headers(String token) {
        var headers = new Metadata();
        headers.put(AUTHORIZATION, "Bearer " + token);
        return headers;
    }

    private static <S extends AbstractStub<S>> S signed(S stub, Metadata headers) {
        return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    private static <T> void call(ListenableFuture<T> call, Consumer<T> succeeded, Consumer<Problem> refused) {
        Futures.addCallback(
                call,
                new FutureCallback<>() {
                    @Override
                    public void onSuccess(@Nullable T answer) {
                        succeeded.accept(Objects.requireNonNull(answer, "a unary call answers with a message"));
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
        if (EdgeKeys.HEADER.equals(trailers.get(FIELD))) {
            LOG.error("The publisher does not know this edge: sluice.edges.keys has to be the same on both");
            return Problem.of(Reason.INTERNAL, "the publisher does not know this edge");
        }
        if (said.isPresent()) {
            return new Problem(said.get(), trailers.get(FIELD), detail);
        }
        return switch (status.getCode()) {
            case UNAUTHENTICATED -> Problem.of(Reason.UNAUTHENTICATED, "the publisher does not accept the token");
            case PERMISSION_DENIED -> Problem.of(Reason.FORBIDDEN, detail);
            case UNAVAILABLE, DEADLINE_EXCEEDED ->
                Problem.of(
                        Reason.UNAVAILABLE,
                        "the publisher does not answer; do it again later, an event with the same id");
            default -> {
                LOG.warnf("The publisher failed: %s", status);
                yield Problem.of(Reason.INTERNAL, "the publisher failed");
            }
        };
    }
}
