package dev.sluice.publisher.grpc;

import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.position.DurableName;
import dev.sluice.contract.position.Positions.Change;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.v1.AcknowledgeRequest;
import dev.sluice.contract.v1.AcknowledgeResponse;
import dev.sluice.contract.v1.ClaimRequest;
import dev.sluice.contract.v1.ClaimResponse;
import dev.sluice.contract.v1.ForgetRequest;
import dev.sluice.contract.v1.ForgetResponse;
import dev.sluice.contract.v1.PositionServiceGrpc;
import dev.sluice.identity.Caller;
import dev.sluice.identity.Callers;
import dev.sluice.publisher.kafka.KafkaLog;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.core.Context;
import io.vertx.core.Vertx;

/** {@code sluice.v1.PositionService}: what a user may change is the user's own. Each call lives on one event loop. */
@GrpcService
class GrpcPositions extends PositionServiceGrpc.PositionServiceImplBase {
    private static final int LONGEST_HOLDER = 100;

    private final KafkaLog log;
    private final Callers callers;
    private final SecurityIdentity identity;

    /** What is to be kept, if it can be read. */
    @FunctionalInterface
    private interface Reading {
        Change of(Caller caller) throws Rejected;
    }

    GrpcPositions(KafkaLog log, Callers callers, SecurityIdentity identity) {
        this.log = log;
        this.callers = callers;
        this.identity = identity;
    }

    @Override
    public void claim(ClaimRequest request, StreamObserver<ClaimResponse> answer) {
        keep(
                caller -> {
                    if (request.getHolder().isEmpty() || request.getHolder().length() > LONGEST_HOLDER) {
                        throw Problem.malformed("holder", "1 to " + LONGEST_HOLDER + " characters are needed here")
                                .rejected();
                    }
                    return new Change.Claimed(name(caller, request.getDurable()), request.getHolder());
                },
                answer,
                ClaimResponse.getDefaultInstance());
    }

    @Override
    public void acknowledge(AcknowledgeRequest request, StreamObserver<AcknowledgeResponse> answer) {
        keep(
                caller -> new Change.Acknowledged(
                        name(caller, request.getDurable()), Cursor.parse("cursor", request.getCursor())),
                answer,
                AcknowledgeResponse.getDefaultInstance());
    }

    @Override
    public void forget(ForgetRequest request, StreamObserver<ForgetResponse> answer) {
        keep(
                caller -> new Change.Forgotten(name(caller, request.getDurable())),
                answer,
                ForgetResponse.getDefaultInstance());
    }

    private static DurableName name(Caller caller, String name) throws Rejected {
        return DurableName.of(caller.issuer(), caller.subject(), "durable", name);
    }

    private <T> void keep(Reading reading, StreamObserver<T> answer, T done) {
        Context loop = Vertx.currentContext();
        try {
            Change change = reading.of(callers.of(identity));
            log.keep(change)
                    .thenAccept(problem -> loop.runOnContext(kept -> {
                        if (((ServerCallStreamObserver<T>) answer).isCancelled()) {
                            return;
                        }
                        if (problem.isPresent()) {
                            answer.onError(Statuses.of(problem.get()));
                        } else {
                            answer.onNext(done);
                            answer.onCompleted();
                        }
                    }));
        } catch (Rejected refusal) {
            answer.onError(Statuses.of(refusal.problem()));
        }
    }
}
