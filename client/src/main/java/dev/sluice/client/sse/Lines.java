package dev.sluice.client.sse;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Cuts a stream of bytes into lines of UTF-8. A line ends with LF, CR LF, or CR (WHATWG HTML, "Parsing an event stream"). */
final class Lines {

    private final Consumer<String> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean afterReturn;

    Lines(Consumer<String> lines) {
        this.lines = lines;
    }

    void read(byte[] piece) {
        for (byte b : piece) {
            if (b == '\n' && afterReturn) {
                afterReturn = false;
            } else if (b == '\n' || b == '\r') {
                afterReturn = b == '\r';
                emit();
            } else {
                afterReturn = false;
                line.write(b);
            }
        }
    }

    /** Whether the stream ends amid a line. */
    boolean isAmidLine() {
        return line.size() > 0;
    }

    private void emit() {
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line.toByteArray()));
            line.reset();
            lines.accept(text.toString());
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("no UTF-8: " + line, e);
        }
    }
}
