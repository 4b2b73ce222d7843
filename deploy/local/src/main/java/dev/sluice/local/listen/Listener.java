package dev.sluice.local.listen;

import java.io.IOException;
import java.util.function.Consumer;

/** One protocol's way to hear events. */
public interface Listener {

    /**
     * Subscribes and hands over one line for each event and control message. Returns when the server ends the stream.
     *
     * @throws IOException when the server can't be reached or refuses; the message is one clear line
     */
    void listen(Target target, Consumer<String> line) throws IOException, InterruptedException;
}
