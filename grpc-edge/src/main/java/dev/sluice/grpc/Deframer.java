package dev.sluice.grpc;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Finds the messages in what a client sends, however it was cut into pieces. Belongs to one call. */
final class Deframer {
    private static final int COMPRESSED = 1;

    private final boolean base64;
    private final int mostBytes;
    private final boolean gzip;
    private Buffer text = Buffer.buffer();
    private Buffer rest = Buffer.buffer();

    /**
     * @param mostBytes of a message, when it is inflated too
     * @param encoding of messages that are compressed ({@code grpc-encoding}); null for none
     */
    Deframer(boolean base64, int mostBytes, @Nullable String encoding) {
        this.base64 = base64;
        this.mostBytes = mostBytes;
        this.gzip = "gzip".equals(encoding);
    }

    static Deframer of(Flavor flavor, HttpServerRequest request) {
        return new Deframer(flavor == Flavor.WEB_TEXT, OneMessage.MOST_BYTES, request.getHeader("grpc-encoding"));
    }

    /**
     * @return the messages that are complete now
     * @throws Rejected when this is no gRPC, or a message is too large or compressed in a way that is not known here; nothing more can be
     *     read then
     */
    List<byte[]> read(Buffer piece) throws Rejected {
        rest.appendBytes(base64 ? decoded(piece) : piece.getBytes());
        var messages = new ArrayList<byte[]>(1);
        int at = 0;
        while (rest.length() - at >= GrpcFraming.PREFIX) {
            int flag = rest.getUnsignedByte(at);
            long length = rest.getUnsignedInt(at + 1);
            if (flag > COMPRESSED) {
                throw Problem.malformed("message", "this is no gRPC message").rejected();
            }
            if (flag == COMPRESSED && !gzip) {
                throw new Problem(
                                Reason.METHOD_NOT_ALLOWED,
                                "grpc-encoding",
                                "messages may be compressed by gzip here, by nothing else, and this header says so")
                        .rejected();
            }
            if (length > mostBytes) {
                throw tooLarge("not " + length);
            }
            int end = at + GrpcFraming.PREFIX + (int) length;
            if (rest.length() < end) {
                break;
            }
            byte[] message = rest.getBytes(at + GrpcFraming.PREFIX, end);
            messages.add(flag == COMPRESSED ? inflated(message) : message);
            at = end;
        }
        rest = at == 0 ? rest : rest.getBuffer(at, rest.length());
        return messages;
    }

    private Rejected tooLarge(String butThis) {
        return new Problem(Reason.TOO_LARGE, "message", "a message has at most " + mostBytes + " bytes, " + butThis)
                .beyond(Limit.MESSAGE_SIZE)
                .rejected();
    }

    /** No further than a message may be long: some bytes can stand for very many. */
    private byte[] inflated(byte[] message) throws Rejected {
        byte[] inflated;
        try (var in = new GZIPInputStream(new ByteArrayInputStream(message))) {
            inflated = in.readNBytes(mostBytes + 1);
        } catch (IOException wrong) {
            throw Problem.malformed("message", "this is no gzip").rejected();
        }
        if (inflated.length > mostBytes) {
            throw tooLarge("more when it is inflated");
        }
        return inflated;
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
