package dev.sluice.identity.grpc;

import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.quarkus.grpc.GlobalInterceptor;
import jakarta.inject.Singleton;

/**
 * The health of a service that is not there (gRPC Health Checking Protocol): NOT_FOUND to {@code Check}, SERVICE_UNKNOWN to {@code Watch}.
 * Quarkus answers UNKNOWN to both, which a load balancer takes for one that is not well. Safe on any thread.
 */
@GlobalInterceptor
@Singleton
class UnknownServices implements ServerInterceptor {
    /** Quarkus's copy of the proto is older than this value. */
    private static final int SERVICE_UNKNOWN = 3;

    private static final HealthCheckResponse UNKNOWN = HealthCheckResponse.newBuilder()
            .setStatusValue(SERVICE_UNKNOWN)
            .build();

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return HealthGrpc.SERVICE_NAME.equals(call.getMethodDescriptor().getServiceName())
                ? next.startCall(new Answering<>(call), headers)
                : next.startCall(call, headers);
    }

    /** Knows by the answer that nobody knows the service. */
    private static final class Answering<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private boolean refused;

        Answering(ServerCall<Q, R> call) {
            super(call);
        }

        @Override
        @SuppressWarnings("unchecked")
        public void sendMessage(R message) {
            if (!(message instanceof HealthCheckResponse answer) || answer.getStatus() != ServingStatus.UNKNOWN) {
                super.sendMessage(message);
            } else if (getMethodDescriptor().getType().serverSendsOneMessage()) {
                refused = true;
                super.close(Status.NOT_FOUND.withDescription("there is no such service"), new Metadata());
            } else {
                super.sendMessage((R) UNKNOWN);
            }
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (!refused) {
                super.close(status, trailers);
            }
        }
    }
}
