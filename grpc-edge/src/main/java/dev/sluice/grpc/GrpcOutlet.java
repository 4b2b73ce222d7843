package dev.sluice.grpc;

import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.edge.http.Departure;
import dev.sluice.fanout.session.Control;
import dev.sluice.fanout.session.Envelope;
import dev.sluice.fanout.session.Outlet;
import dev.sluice.fanout.session.Session;
import dev.sluice.identity.http.Connections;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletionStage;

/** A call's response as the socket of a session. */
final class GrpcOutlet implements Outlet {
    private final GrpcResponse response;

    GrpcOutlet(GrpcResponse response) {
        this.response = response;
    }

    /**
     * Lets the session know when the stream drains and when the client leaves.
     *
     * @param drained what to do besides when the stream drains
     */
    void attach(Session session, Runnable drained) {
        Connections.keepKernelQueueShort(Connections.channel(response.request()));
        response.body().whenDrained(() -> {
            session.drained();
            drained.run();
        });
        Departure.watch(response.context(), session::disconnected);
    }

    @Override
    public boolean isWritable() {
        return response.body().isWritable();
    }

    @Override
    public Envelope envelope() {
        return response.envelope();
    }

    @Override
    public void write(ByteBuf frames, long sum) {
        response.write(frames);
    }

    @Override
    public void flush() {
        response.body().flush();
    }

    @Override
    public boolean isWaiting() {
        return response.body().isWaiting();
    }

    @Override
    public long taken() {
        return response.body().taken();
    }

    @Override
    public CompletionStage<Void> end(Control.Close close) {
        Reason reason = close.reason();
        String detail =
                switch (reason) {
                    case TOKEN_EXPIRED -> "the token has expired; come back with a fresh one and the last cursor";
                    case STALLED -> "nothing was read for long; come back with the last cursor";
                    case MAX_AGE -> "the connection is as old as it may get; come back with the last cursor";
                    case DRAINING -> "this replica is going away; come back with the last cursor";
                    default -> reason.code();
                };
        return response.fail(Problem.of(reason, detail), close.reconnectAfter().toMillis())
                .toCompletionStage();
    }

    @Override
    public void abort() {
        Connections.abort(response.request());
    }
}
