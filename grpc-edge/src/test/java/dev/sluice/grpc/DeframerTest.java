package dev.sluice.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.problem.Rejected;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeframerTest {

    private static byte[] framed(int... lengths) {
        ByteBuf out = Unpooled.buffer();
        for (int length : lengths) {
            GrpcFraming.INSTANCE.header(out, length);
            out.writeBytes(message(length));
        }
        return ByteBufUtil.getBytes(out);
    }

    private static byte[] message(int length) {
        byte[] message = new byte[length];
        new Random(length).nextBytes(message);
        return message;
    }

    private static void refused(byte[] bytes, Reason reason) {
        assertThatThrownBy(() -> new Deframer(false, 100, null).read(Buffer.buffer(bytes)))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        refusal -> assertThat(refusal.problem().reason()).isEqualTo(reason));
    }

    @Test
    void shouldFindTheMessagesHoweverTheyWereCut() throws Rejected {
        int[] lengths = {0, 1, 100, 7};
        byte[] binary = framed(lengths);
        byte[] text = Base64.getEncoder().encode(binary);
        for (int piece = 1; piece <= binary.length; piece++) {
            assertFound(new Deframer(false, 100, null), binary, piece, lengths);
            assertFound(new Deframer(true, 100, null), text, piece, lengths);
        }
    }

    /** PROTOCOL-WEB: base64 may be padded wherever the sender ended a piece. */
    @Test
    void shouldReadPaddingInTheMiddle() throws Rejected {
        int[] lengths = {3, 5, 9};
        var text = new StringBuilder();
        for (int length : lengths) {
            text.append(Base64.getEncoder().encodeToString(framed(length)));
        }
        byte[] bytes = text.toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        for (int piece = 1; piece <= bytes.length; piece++) {
            assertFound(new Deframer(true, 100, null), bytes, piece, lengths);
        }
    }

    private static void assertFound(Deframer deframer, byte[] bytes, int piece, int... lengths) throws Rejected {
        List<byte[]> found = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += piece) {
            found.addAll(deframer.read(Buffer.buffer(bytes).getBuffer(at, Math.min(bytes.length, at + piece))));
        }
        assertThat(found).hasSameSizeAs(java.util.Arrays.stream(lengths).boxed().toList());
        for (int i = 0; i < lengths.length; i++) {
            assertThat(found.get(i)).isEqualTo(message(lengths[i]));
        }
    }

    @Test
    void shouldInflateWhatWasCompressedByGzip() throws Rejected {
        byte[] small = compressed(gzip(new byte[100]));
        byte[] plain = framed(7);
        var deframer = new Deframer(false, 100, "gzip");
        assertThat(deframer.read(Buffer.buffer(small).appendBytes(plain))).containsExactly(new byte[100], message(7));
    }

    /** A thousand bytes may stand for a million. */
    @Test
    void shouldInflateNoFurtherThanAMessageMayBeLong() {
        byte[] bomb = compressed(gzip(new byte[60_000]));
        assertThat(bomb.length).isLessThan(100);
        assertThatThrownBy(() -> new Deframer(false, 100, "gzip").read(Buffer.buffer(bomb)))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        refusal -> assertThat(refusal.problem().reason()).isEqualTo(Reason.TOO_LARGE));
        assertThatThrownBy(() -> new Deframer(false, 100, "gzip").read(Buffer.buffer(compressed(message(9)))))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        refusal -> assertThat(refusal.problem().reason()).isEqualTo(Reason.MALFORMED));
    }

    private static byte[] compressed(byte[] message) {
        return Buffer.buffer()
                .appendByte((byte) 1)
                .appendInt(message.length)
                .appendBytes(message)
                .getBytes();
    }

    private static byte[] gzip(byte[] message) {
        var out = new java.io.ByteArrayOutputStream();
        try (var gzip = new java.util.zip.GZIPOutputStream(out)) {
            gzip.write(message);
        } catch (java.io.IOException impossible) {
            throw new AssertionError(impossible);
        }
        return out.toByteArray();
    }

    @Test
    void shouldRefuseWhatItCanNotRead() {
        refused(new byte[] {1, 0, 0, 0, 1, 0}, Reason.METHOD_NOT_ALLOWED);
        refused(new byte[] {9, 0, 0, 0, 1, 0}, Reason.MALFORMED);
        refused(new byte[] {0, 0, 0, 0, 101}, Reason.TOO_LARGE);
        refused(new byte[] {0, -1, -1, -1, -1}, Reason.TOO_LARGE);
        assertThatThrownBy(() -> new Deframer(true, 100, null).read(Buffer.buffer("%%%%")))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        refusal -> assertThat(refusal.problem().reason()).isEqualTo(Reason.MALFORMED));
    }
}
