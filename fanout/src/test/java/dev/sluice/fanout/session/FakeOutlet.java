package dev.sluice.fanout.session;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A socket that takes so many writes as the test gives it room for. */
final class FakeOutlet implements Outlet {
    final List<Frame> frames = new ArrayList<>();
    int room = Integer.MAX_VALUE;
    int writes;
    Control.@Nullable Close ended;
    boolean aborted;
    boolean waiting;
    /** Whether it need not have been ended before, because there is no memory for that. */
    boolean mayBeCut;

    long taken;
    /** Completed by the test where it says when the last words are out. */
    CompletableFuture<Void> out = CompletableFuture.completedFuture(null);

    /** What happens meanwhile. */
    Runnable writing = () -> {};

    /** What the next write fails with. */
    @Nullable
    Error failure;

    private final Envelope envelope;
    private boolean failed;
    private String unfinished = "";

    FakeOutlet() {
        this(Envelope.NONE);
    }

    FakeOutlet(Envelope envelope) {
        this.envelope = envelope;
    }

    @Override
    public Envelope envelope() {
        return envelope;
    }

    @Override
    public boolean isWritable() {
        return room > 0;
    }

    @Override
    public void write(ByteBuf buffer, long sum) {
        if (ended != null) {
            throw new AssertionError("written to after its end");
        }
        Error next = failure;
        if (next != null) {
            buffer.release();
            failure = null;
            failed = true;
            throw next;
        }
        if (failed) {
            throw new AssertionError("written to after a write that failed");
        }
        writes++;
        room--;
        writing.run();
        String[] lines = (unfinished + buffer.toString(StandardCharsets.US_ASCII)).split("\n", -1);
        buffer.release();
        for (int i = 0; i < lines.length - 1; i++) {
            frames.add(Frame.parse(lines[i]));
        }
        unfinished = lines[lines.length - 1];
        if (!unfinished.isEmpty()) {
            throw new AssertionError("half a frame was written: " + unfinished);
        }
    }

    @Override
    public void flush() {}

    @Override
    public boolean isWaiting() {
        return waiting;
    }

    @Override
    public long taken() {
        return taken;
    }

    @Override
    public CompletionStage<Void> end(Control.Close close) {
        if (ended != null) {
            throw new AssertionError("ended twice");
        }
        ended = close;
        return out;
    }

    @Override
    public void abort() {
        if (!failed && !mayBeCut && (ended == null || out.isDone())) {
            throw new AssertionError("cut without need");
        }
        aborted = true;
    }

    List<Frame> events() {
        return frames.stream().filter(Frame::isEvent).toList();
    }

    List<String> ids() {
        return Frame.ids(frames);
    }

    List<Frame> of(String kind) {
        return frames.stream().filter(frame -> frame.kind().equals(kind)).toList();
    }

    Frame last() {
        return frames.get(frames.size() - 1);
    }
}
