package dev.sluice.edge.transport;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.util.Native;
import dev.sluice.fanout.session.Envelope;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/**
 * Zstandard (RFC 8878) of pieces that each stand for themselves, a frame each: a stream of them is one frame after the other. The compressor
 * is the thread's. Any thread.
 *
 * @param level 1 (fastest) to 9 (smallest)
 * @param minBytes what is shorter goes as it is
 */
public record Zstd(int level, int minBytes) implements ContentCoding {
    /** More is not kept from one piece to the next. */
    private static final int KEPT = 64 * 1024;

    private static final FastThreadLocal<Compressor> COMPRESSOR = new FastThreadLocal<>() {
        @Override
        protected Compressor initialValue() {
            return new Compressor();
        }

        @Override
        protected void onRemoval(Compressor gone) {
            gone.context.close();
        }
    };

    private static final class Compressor {
        private final ZstdCompressCtx context = new ZstdCompressCtx().setContentSize(true);
        private byte[] plain = {};
        private byte[] made = {};

        /** All that is readable of a buffer becomes its frame, which begins where it is told, and not after where that began. */
        void compress(int level, ByteBuf out, int begin) {
            int length = out.readableBytes();
            plain = atLeast(plain, length);
            made = atLeast(made, Math.toIntExact(com.github.luben.zstd.Zstd.compressBound(length)));
            out.readBytes(plain, 0, length);
            int bytes = context.setLevel(level).compressByteArray(made, 0, made.length, plain, 0, length);
            out.setIndex(begin, begin).writeBytes(made, 0, bytes);
        }

        private static byte[] atLeast(byte[] kept, int bytes) {
            return kept.length < bytes || kept.length > KEPT + KEPT / 2 ? new byte[Math.max(bytes, KEPT)] : kept;
        }
    }

    /**
     * Makes ready what it needs of the machine.
     *
     * @throws LinkageError if it can't be had here: no such library for the machine, or no place to unpack it
     */
    static void load() {
        Native.load();
    }

    @Override
    public String token() {
        return "zstd";
    }

    @Override
    public Envelope pieces(Envelope around) {
        return new ZstdFrame(around, this);
    }

    @Override
    public @Nullable GzipStream stream(Envelope around) {
        return null;
    }

    void compressInPlace(ByteBuf out, int begin) {
        COMPRESSOR.get().compress(level, out, begin);
    }
}
