package dev.sluice.publisher.grpc;

import dev.sluice.contract.event.Event;
import dev.sluice.contract.event.EventLimits;
import dev.sluice.contract.event.ProtoEvents;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.v1.PublishReceipt;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.identity.Caller;
import dev.sluice.identity.Callers;
import dev.sluice.identity.http.RequestTime;
import dev.sluice.publisher.Drain;
import dev.sluice.publisher.Form;
import dev.sluice.publisher.PublisherConfig;
import dev.sluice.publisher.Publishing;
import dev.sluice.publisher.kafka.Receipt;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * {@code sluice.v1.PublisherService}. By the plain gRPC stubs and not by Mutiny's, because those have no backpressure. Each
 * call lives on one event loop.
 */
@GrpcService
class GrpcPublisher implements BindableService {
    private final Publishing publishing;
    private final Callers callers;
    private final SecurityIdentity identity;
    private final PublisherConfig config;
    private final Drain drain;

    GrpcPublisher(
            Publishing publishing, Callers callers, SecurityIdentity identity, PublisherConfig config, Drain drain) {
        this.publishing = publishing;
        this.callers = callers;
        this.identity = identity;
        this.config = config;
        this.drain = drain;
    }

    void register(@Observes Router router) {
        router.post("/" + Methods.PUBLISH_STREAM.getFullMethodName())
                .order(RequestTime.CONVERSATION)
                .handler(context -> {
                    RequestTime.isConversation(context);
                    context.next();
                });
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerServiceDefinition.builder(Methods.PUBLISHER)
                .addMethod(Methods.PUBLISH, ServerCalls.asyncUnaryCall(this::publish))
                .addMethod(Methods.PUBLISH_STREAM, ServerCalls.asyncBidiStreamingCall(this::publishStream))
                .build();
    }

    private void publish(Optional<PublishRequest> request, StreamObserver<PublishReceipt> answer) {
        Context loop = Vertx.currentContext();
        try {
            Caller caller = callers.of(identity);
            publishing
                    .publish(caller, Form.GRPC, event(request, caller, Instant.now(), config.limits()))
                    .thenAccept(receipt -> loop.runOnContext(now -> answer(receipt, answer)));
        } catch (Rejected refusal) {
            answer(publishing.refuse(Form.GRPC, refusal.problem()), answer);
        }
    }

    /** The event that a message of the client is. */
    static Event event(Optional<PublishRequest> request, Caller caller, Instant now, EventLimits limits)
            throws Rejected {
        return ProtoEvents.read(Methods.message(request, "PublishRequest"), caller.source(), now, limits);
    }

    private static void answer(Receipt receipt, StreamObserver<PublishReceipt> answer) {
        if (((ServerCallStreamObserver<PublishReceipt>) answer).isCancelled()) {
            return;
        }
        if (receipt instanceof Receipt.Stored stored) {
            answer.onNext(Statuses.message(stored));
            answer.onCompleted();
        } else if (receipt instanceof Receipt.Refused refused) {
            answer.onError(Statuses.of(refused.problem()));
        }
    }

    private StreamObserver<Optional<PublishRequest>> publishStream(StreamObserver<PublishReceipt> receipts) {
        try {
            Caller caller = callers.of(identity);
            var stream = new ReceiptStream(
                    (ServerCallStreamObserver<PublishReceipt>) receipts,
                    Vertx.currentContext(),
                    publishing,
                    caller,
                    config,
                    drain,
                    Clock.systemUTC());
            stream.open();
            return stream;
        } catch (Rejected refusal) {
            receipts.onError(Statuses.of(refusal.problem()));
            return new Deaf();
        }
    }

    /** For a call that was refused: whatever was on its way comes to nothing. */
    private static final class Deaf implements StreamObserver<Optional<PublishRequest>> {
        @Override
        public void onNext(Optional<PublishRequest> late) {}

        @Override
        public void onError(Throwable gone) {}

        @Override
        public void onCompleted() {}
    }
}
