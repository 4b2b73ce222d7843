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
import dev.sluice.identity.Caller;
import dev.sluice.identity.Callers;
import dev.sluice.publisher.position.PositionKeeper;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.Optional;

/** {@code sluice.v1.PositionService}: what a user may change is the user's own. Each call lives on one event loop. */
@GrpcService
class GrpcPositions implements BindableService {
    private static final int LONGEST_HOLDER = 100;

    private final PositionKeeper positions;
    private final Callers callers;
    private final SecurityIdentity identity;

    /** What is to be kept, if it can be read. */
    @FunctionalInterface
    private interface Reading<Q> {
        Change of(Caller caller, Q request) throws Rejected;
    }

    GrpcPositions(PositionKeeper positions, Callers callers, SecurityIdentity identity) {
        this.positions = positions;
        this.callers = callers;
        this.identity = identity;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerServiceDefinition.builder(Methods.POSITIONS)
                .addMethod(Methods.CLAIM, ServerCalls.asyncUnaryCall(this::claim))
                .addMethod(Methods.ACKNOWLEDGE, ServerCalls.asyncUnaryCall(this::acknowledge))
                .addMethod(Methods.FORGET, ServerCalls.asyncUnaryCall(this::forget))
                .build();
    }

    private void claim(Optional<ClaimRequest> message, StreamObserver<ClaimResponse> answer) {
        keep(
                (caller, request) -> {
                    if (request.getHolder().isEmpty() || request.getHolder().length() > LONGEST_HOLDER) {
                        throw Problem.malformed("holder", "1 to " + LONGEST_HOLDER + " characters are needed here")
                                .rejected();
                    }
                    return new Change.Claimed(name(caller, request.getDurable()), request.getHolder());
                },
                message,
                answer,
                ClaimResponse.getDefaultInstance());
    }

    private void acknowledge(Optional<AcknowledgeRequest> message, StreamObserver<AcknowledgeResponse> answer) {
        keep(
                (caller, request) -> new Change.Acknowledged(
                        name(caller, request.getDurable()), Cursor.parse("cursor", request.getCursor())),
                message,
                answer,
                AcknowledgeResponse.getDefaultInstance());
    }

    private void forget(Optional<ForgetRequest> message, StreamObserver<ForgetResponse> answer) {
        keep(
                (caller, request) -> new Change.Forgotten(name(caller, request.getDurable())),
                message,
                answer,
                ForgetResponse.getDefaultInstance());
    }

    private static DurableName name(Caller caller, String name) throws Rejected {
        return DurableName.of(caller.issuer(), caller.subject(), "durable", name);
    }

    private <Q, T> void keep(Reading<Q> reading, Optional<Q> message, StreamObserver<T> answer, T done) {
        Context loop = Vertx.currentContext();
        try {
            Change change = reading.of(callers.of(identity), Methods.message(message, "message of this method"));
            positions
                    .keep(change)
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
