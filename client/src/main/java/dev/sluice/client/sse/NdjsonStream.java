package dev.sluice.client.sse;

import dev.sluice.client.Mailbox;
import dev.sluice.client.StructuredEvents;
import dev.sluice.client.http.StreamingCall;

/** Reads {@code application/x-ndjson}: one structured CloudEvent a line. */
final class NdjsonStream implements StreamingCall.Decoder {

    private final Lines lines;

    NdjsonStream(Mailbox mailbox) {
        lines = new Lines(line -> mailbox.add(StructuredEvents.read(line)));
    }

    @Override
    public void read(byte[] piece) {
        lines.read(piece);
    }
}
