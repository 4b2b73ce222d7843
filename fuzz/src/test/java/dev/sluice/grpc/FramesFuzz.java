package dev.sluice.grpc;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sluice.contract.problem.Rejected;
import dev.sluice.fuzz.Refused;
import io.vertx.core.buffer.Buffer;

/** Bodies of gRPC and gRPC-Web calls, in pieces; nothing longer than allowed comes out. */
public final class FramesFuzz {
    private static final int MOST = 200;

    private FramesFuzz() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        var deframer = new Deframer(data.consumeBoolean(), MOST, data.consumeBoolean() ? "gzip" : null);
        try {
            while (data.remainingBytes() > 0) {
                for (byte[] message : deframer.read(Buffer.buffer(data.consumeBytes(data.consumeInt(1, 100))))) {
                    if (message.length > MOST) {
                        throw new AssertionError("a message of " + message.length + " bytes");
                    }
                }
            }
        } catch (Rejected refused) {
            Refused.requireReason(refused);
        }
    }
}
