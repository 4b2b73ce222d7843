package dev.sluice.client.grpc;

import dev.sluice.client.Demand;
import dev.sluice.client.Mailbox;
import dev.sluice.client.Received;
import dev.sluice.client.Refusal;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The messages of one call, asked for one by one. */
final class Call<Q, A> implements ClientResponseObserver<Q, A> {

    private final Mailbox mailbox;
    private final Function<A, Received> reader;
    private final Demand demand = new Demand(this::request);
    private volatile @Nullable ClientCallStreamObserver<Q> stream;

    Call(Mailbox mailbox, Function<A, Received> reader) {
        this.mailbox = mailbox;
        this.reader = reader;
    }

    Demand demand() {
        return demand;
    }

    void cancel() {
        var present = stream;
        if (present != null) {
            present.cancel("the test has seen enough", null);
        }
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> newStream) {
        newStream.disableAutoRequestWithInitial(1);
        stream = newStream;
    }

    @Override
    public void onNext(A message) {
        try {
            mailbox.add(reader.apply(message));
        } catch (RuntimeException violation) {
            mailbox.violated(violation);
        }
        demand.more();
    }

    @Override
    public void onError(Throwable failure) {
        mailbox.end(GrpcRefusals.of(failure));
    }

    @Override
    public void onCompleted() {
        mailbox.end(new Refusal("OK", "", "", "the stream ended"));
    }

    private void request(long messages) {
        var present = stream;
        if (present != null) {
            present.request(Math.toIntExact(messages));
        }
    }
}
