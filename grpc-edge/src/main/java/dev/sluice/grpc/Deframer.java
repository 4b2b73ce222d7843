package dev.sluice.grpc;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Finds the messages in what a client sends, however it was cut into pieces. Belongs to one call. */
final class Deframer {
    private final boolean base64;
    private final int mostBytes;
    private Buffer text = Buffer.buffer();
    private Buffer rest = Buffer.buffer();

    /** @param mostBytes of a message */
    Deframer(boolean base64, int mostBytes) {
        this.base64 = base64;
        this.mostBytes = mostBytes;
    }

    /**
     * @return the messages that are complete now
     * @throws Rejected when this is no gRPC, or a message is compressed or too large; nothing more can be read then
     */
    List<byte[]> read(Buffer piece) throws Rejected {
        rest.appendBytes(base64 ? decoded(piece) : piece.getBytes());
        var messages = new ArrayList<byte[]>(1);
        int at = 0;
        while (rest.length() - at >= GrpcFraming.PREFIX) {
            int flag = rest.getUnsignedByte(at);
            long length = rest.getUnsignedInt(at + 1);
            if (flag == 1) {
                throw new Problem(Reason.METHOD_NOT_ALLOWED, "grpc-encoding", "messages must not be compressed here")
                        .rejected();
            }
            if (flag != 0) {
                throw Problem.malformed("message", "this is no gRPC message").rejected();
            }
            if (length > mostBytes) {
                throw new Problem(
                                Reason.TOO_LARGE,
                                "message",
                                "a message has at most " + mostBytes + " bytes, not " + length)
                        .beyond(Limit.MESSAGE_SIZE)
                        .rejected();
            }
            int end = at + GrpcFraming.PREFIX + (int) length;
            if (rest.length() < end) {
                break;
            }
            messages.add(rest.getBytes(at + GrpcFraming.PREFIX, end));
            at = end;
        }
        rest = at == 0 ? rest : rest.getBuffer(at, rest.length());
        return messages;
    }

    /** Whether a message has begun that is not complete. */
    boolean isAmidMessage() {
        return rest.length() + text.length() > 0;
    }

    /** Base64 that was cut anywhere, and padded wherever the client ended a piece of its own. */
    private byte[] decoded(Buffer piece) throws Rejected {
        text.appendBuffer(piece);
        int whole = text.length() - text.length() % 4;
        var decoded = Buffer.buffer();
        try {
            int from = 0;
            for (int i = 0; i < whole; i += 4) {
                boolean padded = text.getByte(i + 3) == '=';
                if (padded || i + 4 == whole) {
                    decoded.appendBytes(Base64.getDecoder().decode(text.getBytes(from, i + 4)));
                    from = i + 4;
                }
            }
        } catch (IllegalArgumentException wrong) {
            throw Problem.malformed("message", "this is no base64").rejected();
        }
        text = text.getBuffer(whole, text.length());
        return decoded.getBytes();
    }
}
