package dev.sluice.publisher.grpc;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.v1.PublishReceipt;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.identity.Caller;
import dev.sluice.publisher.Drain;
import dev.sluice.publisher.Form;
import dev.sluice.publisher.PublisherConfig;
import dev.sluice.publisher.Publishing;
import dev.sluice.publisher.kafka.Receipt;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.vertx.core.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/**
 * One {@code PublishStream}: events in, receipts out in the same order. At most a window of events is under way; the next one is read
 * from the socket only when a receipt has gone out, and only while the client takes its receipts. Lives on one event loop.
 */
final class ReceiptStream implements StreamObserver<Optional<PublishRequest>> {
    private static final Logger LOG = Logger.getLogger(ReceiptStream.class);

    private final ServerCallStreamObserver<PublishReceipt> receipts;
    private final Context loop;
    private final Publishing publishing;
    private final Caller caller;
    private final PublisherConfig config;
    private final Drain drain;
    private final Clock clock;

    private final Runnable onDrain = this::leave;
    private final Queue<CompletableFuture<Receipt>> underWay = new ArrayDeque<>();
    private boolean halfClosed;
    private boolean leaving;
    private boolean done;

    ReceiptStream(
            ServerCallStreamObserver<PublishReceipt> receipts,
            Context loop,
            Publishing publishing,
            Caller caller,
            PublisherConfig config,
            Drain drain,
            Clock clock) {
        this.receipts = receipts;
        this.loop = loop;
        this.publishing = publishing;
        this.caller = caller;
        this.config = config;
        this.drain = drain;
        this.clock = clock;
    }

    /** To be called before the call is handed on, as gRPC demands. */
    void open() {
        receipts.disableAutoRequest();
        receipts.setOnReadyHandler(this::drain);
        receipts.setOnCancelHandler(this::finish);
        receipts.request(config.streamWindow());
        drain.enter(onDrain);
    }

    /** Nothing more is taken; the call ends when what was taken has its receipts. */
    private void leave() {
        loop.runOnContext(now -> {
            leaving = true;
            drain();
        });
    }

    private void finish() {
        done = true;
        drain.leave(onDrain);
    }

    private void refuse(Problem problem) {
        finish();
        receipts.onError(Statuses.of(problem));
    }

    @Override
    public void onNext(Optional<PublishRequest> request) {
        if (done || leaving) {
            return;
        }
        Instant now = clock.instant();
        if (caller.expires() != null && now.isAfter(caller.expires())) {
            refuse(new Problem(Reason.TOKEN_EXPIRED, "authorization", "the token has expired"));
            return;
        }
        Optional<Problem> revoked = publishing.refusal(caller);
        if (revoked.isPresent()) {
            refuse(revoked.get());
            return;
        }
        CompletableFuture<Receipt> receipt = receipt(request, now);
        underWay.add(receipt);
        receipt.thenRun(() -> loop.runOnContext(completed -> drain()));
    }

    private CompletableFuture<Receipt> receipt(Optional<PublishRequest> request, Instant now) {
        try {
            var event = GrpcPublisher.event(request, caller, now, config.limits());
            return publishing.publish(caller, Form.GRPC, event).toCompletableFuture();
        } catch (Rejected refusal) {
            return CompletableFuture.completedFuture(publishing.refuse(Form.GRPC, refusal.problem()));
        }
    }

    private void drain() {
        while (!done
                && receipts.isReady()
                && !underWay.isEmpty()
                && underWay.peek().isDone()) {
            receipts.onNext(Statuses.message(underWay.remove().join()));
            receipts.request(1);
        }
        if (!done && underWay.isEmpty()) {
            if (halfClosed) {
                finish();
                receipts.onCompleted();
            } else if (leaving) {
                drain.refusal().ifPresent(this::refuse);
            }
        }
    }

    @Override
    public void onError(Throwable gone) {
        finish();
        LOG.debugf("A producer left its stream: error=%s", gone.toString());
    }

    @Override
    public void onCompleted() {
        halfClosed = true;
        drain();
    }
}
