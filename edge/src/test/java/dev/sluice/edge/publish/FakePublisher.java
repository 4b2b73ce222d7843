package dev.sluice.edge.publish;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.v1.PublishReceipt;
import dev.sluice.contract.v1.PublishRequest;
import dev.sluice.identity.EdgeKeys;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Keeps what it is given until the test answers. */
public final class FakePublisher extends PublisherClient {
    public final List<Call> calls = new ArrayList<>();

    public record Call(
            PublishRequest request, String token, Consumer<PublishReceipt> acknowledged, Consumer<Problem> refused) {}

    public FakePublisher() {
        super(
                new Channel() {
                    @Override
                    public <A, B> ClientCall<A, B> newCall(MethodDescriptor<A, B> method, CallOptions options) {
                        throw new UnsupportedOperationException();
                    }

                    @Override
                    public String authority() {
                        return "nobody";
                    }
                },
                new EdgeKeys(Optional::empty));
    }

    @Override
    public void publish(
            PublishRequest request, String token, Consumer<PublishReceipt> acknowledged, Consumer<Problem> refused) {
        calls.add(new Call(request, token, acknowledged, refused));
    }
}
