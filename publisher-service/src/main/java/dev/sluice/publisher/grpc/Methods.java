package dev.sluice.publisher.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.contract.v1.PublishReceipt;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.contract.v1.PublisherServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * The methods of {@code sluice.v1.PublisherService}, for which a message that is none of the proto is empty. The generated ones
 * throw in that case, before any service or interceptor is asked, and the client is told INTERNAL.
 */
final class Methods {
    static final MethodDescriptor<Optional<PublishRequest>, PublishReceipt> PUBLISH =
            lenient(PublisherServiceGrpc.getPublishMethod());
    static final MethodDescriptor<Optional<PublishRequest>, PublishReceipt> PUBLISH_STREAM =
            lenient(PublisherServiceGrpc.getPublishStreamMethod());
    static final ServiceDescriptor SERVICE = ServiceDescriptor.newBuilder(PublisherServiceGrpc.SERVICE_NAME)
            .setSchemaDescriptor(PublisherServiceGrpc.getServiceDescriptor().getSchemaDescriptor())
            .addMethod(PUBLISH)
            .addMethod(PUBLISH_STREAM)
            .build();

    private Methods() {}

    private static MethodDescriptor<Optional<PublishRequest>, PublishReceipt> lenient(
            MethodDescriptor<PublishRequest, PublishReceipt> method) {
        return method.toBuilder(new Lenient(), method.getResponseMarshaller()).build();
    }

    private static final class Lenient implements MethodDescriptor.Marshaller<Optional<PublishRequest>> {
        @Override
        public InputStream stream(Optional<PublishRequest> request) {
            return new ByteArrayInputStream(request.orElseThrow().toByteArray());
        }

        @Override
        public Optional<PublishRequest> parse(InputStream message) {
            try {
                return Optional.of(PublishRequest.parseFrom(message.readAllBytes()));
            } catch (InvalidProtocolBufferException noMessageOfTheProto) {
                return Optional.empty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
