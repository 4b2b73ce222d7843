package dev.sluice.publisher.grpc;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.contract.v1.AcknowledgeRequest;
import dev.sluice.contract.v1.AcknowledgeResponse;
import dev.sluice.contract.v1.ClaimRequest;
import dev.sluice.contract.v1.ClaimResponse;
import dev.sluice.contract.v1.ForgetRequest;
import dev.sluice.contract.v1.ForgetResponse;
import dev.sluice.contract.v1.PositionServiceGrpc;
import dev.sluice.contract.v1.PublishReceipt;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.contract.v1.PublisherServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The methods of {@code sluice.v1.PublisherService} and {@code PositionService}, for which a message that is none of the proto is empty. The generated ones
 * throw in that case, before any service or interceptor is asked, and the client is told INTERNAL.
 */
final class Methods {
    static final MethodDescriptor<Optional<PublishRequest>, PublishReceipt> PUBLISH =
            lenient(PublisherServiceGrpc.getPublishMethod());
    static final MethodDescriptor<Optional<PublishRequest>, PublishReceipt> PUBLISH_STREAM =
            lenient(PublisherServiceGrpc.getPublishStreamMethod());
    static final ServiceDescriptor PUBLISHER =
            service(PublisherServiceGrpc.getServiceDescriptor(), PUBLISH, PUBLISH_STREAM);

    static final MethodDescriptor<Optional<ClaimRequest>, ClaimResponse> CLAIM =
            lenient(PositionServiceGrpc.getClaimMethod());
    static final MethodDescriptor<Optional<AcknowledgeRequest>, AcknowledgeResponse> ACKNOWLEDGE =
            lenient(PositionServiceGrpc.getAcknowledgeMethod());
    static final MethodDescriptor<Optional<ForgetRequest>, ForgetResponse> FORGET =
            lenient(PositionServiceGrpc.getForgetMethod());
    static final ServiceDescriptor POSITIONS =
            service(PositionServiceGrpc.getServiceDescriptor(), CLAIM, ACKNOWLEDGE, FORGET);

    private Methods() {}

    /** @throws Rejected when there was no message of the proto */
    static <Q> Q message(Optional<Q> request, String name) throws Rejected {
        return request.orElseThrow(
                () -> Problem.malformed("message", "this is no " + name).rejected());
    }

    private static ServiceDescriptor service(ServiceDescriptor generated, MethodDescriptor<?, ?>... methods) {
        var service =
                ServiceDescriptor.newBuilder(generated.getName()).setSchemaDescriptor(generated.getSchemaDescriptor());
        for (MethodDescriptor<?, ?> method : methods) {
            service.addMethod(method);
        }
        return service.build();
    }

    private static <Q, A> MethodDescriptor<Optional<Q>, A> lenient(MethodDescriptor<Q, A> method) {
        return method.toBuilder(new Lenient<>(method.getRequestMarshaller()), method.getResponseMarshaller())
                .build();
    }

    private record Lenient<Q>(MethodDescriptor.Marshaller<Q> strict)
            implements MethodDescriptor.Marshaller<Optional<Q>> {
        @Override
        public InputStream stream(Optional<Q> request) {
            return strict.stream(request.orElseThrow());
        }

        @Override
        public Optional<Q> parse(InputStream message) {
            try {
                return Optional.of(strict.parse(message));
            } catch (StatusRuntimeException noMessageOfTheProto) {
                return Optional.empty();
            }
        }
    }
}
