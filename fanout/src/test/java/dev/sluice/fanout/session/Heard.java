package dev.sluice.fanout.session;

import dev.sluice.contract.event.Event;
import dev.sluice.fanout.log.LogEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A listener that wants to hear of some events, and writes down what it hears. */
final class Heard implements DeliveryListener {
    private final List<String> lines = new ArrayList<>();
    private String wanted = "";
    /** What it fails with when it is asked what it wants. */
    @Nullable
    Error failure;

    /** Of events whose ids begin so; at first of none. */
    void want(String prefix) {
        wanted = prefix;
    }

    List<String> lines() {
        return lines;
    }

    @Override
    public boolean wants(Event event) {
        if (failure != null) {
            throw failure;
        }
        return !wanted.isEmpty() && event.id().startsWith(wanted);
    }

    @Override
    public void delivered(LogEvent event, long receivers, Instant from, Instant until) {
        if (until.isBefore(from)) {
            throw new AssertionError(event + " was delivered before it was handed out");
        }
        lines.add(event.event().id() + " to " + receivers);
    }
}
