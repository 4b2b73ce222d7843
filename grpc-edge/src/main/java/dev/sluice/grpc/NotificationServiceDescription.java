package dev.sluice.grpc;

import dev.sluice.contract.v1.NotificationServiceGrpc;
import io.quarkus.grpc.GrpcService;

/** Tells quarkus-grpc of the service, so that reflection and health know it. Its calls are {@link GrpcRoutes}'. */
@GrpcService
class NotificationServiceDescription extends NotificationServiceGrpc.NotificationServiceImplBase {}
