package dev.sluice.contract.cursor;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The binary form of a cursor, before base64url:
 *
 * <pre>
 * 1 byte   version (high 3 bits) and form (low 5 bits)
 * 3 bytes  hash of the topic's name        2 bytes  hash of the topic's id
 * body     SINGLE: varint partition, varint later, then the offset in as few bytes as it takes, the highest first; the form says in how many
 *          DENSE:  varint count, 1 byte width w, then count offsets of w bits each (all partitions)
 *          SPARSE: varint count, then for each: varint distance to the partition before, varint offset; varint later
 * 1 byte   checksum over all of that
 * </pre>
 *
 * {@code later} is how many partitions the topic had after the last that is covered.
 *
 * Each position has one form only: what {@link #write} would not have written, {@link #read} does not take.
 */
final class CursorForm {
    private static final int VERSION = 2;
    private static final int DENSE = VERSION << 5 | 1;
    private static final int SPARSE = VERSION << 5 | 2;
    /** Plus the bytes of the offset: whatever is added to a cursor or cut from it, its length no longer fits. A checksum alone can be extended. */
    private static final int SINGLE = VERSION << 5 | 16;

    private static final int OFFSET_BYTES = 8;

    /** Kafka knows no limit; this one keeps a forged count from making us allocate. */
    private static final int MAX_PARTITIONS = 100_000;

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private CursorForm() {}

    static String write(Cursor cursor) {
        return new String(bytes(cursor), StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(Cursor cursor) {
        if (cursor.size() == 1) {
            return single(cursor.topic(), cursor.partitions(), cursor.partition(0), cursor.offset(0));
        }
        long[] offsets = new long[cursor.size()];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = cursor.offset(i);
        }
        return cursor.coversAll() ? dense(cursor.topic(), offsets) : sparse(cursor);
    }

    /** A position in one partition, in base64url. */
    static byte[] single(TopicBinding topic, int partitions, int partition, long offset) {
        var out = new ByteWriter(24);
        int offsetBytes = (width(offset) + 7) / 8;
        header(out, SINGLE + offsetBytes, topic);
        out.varint(partition);
        out.varint(partitions - 1L - partition);
        out.bigEndian(offset, offsetBytes);
        return finish(out);
    }

    /** A position in all partitions, in base64url. */
    static byte[] dense(TopicBinding topic, long[] offsets) {
        if (offsets.length == 1) {
            return single(topic, 1, 0, offsets[0]);
        }
        int width = width(offsets);
        var out = new ByteWriter(14 + (offsets.length * width + 7) / 8);
        header(out, DENSE, topic);
        out.varint(offsets.length);
        out.put(width);
        out.packed(offsets, width);
        return finish(out);
    }

    private static byte[] sparse(Cursor cursor) {
        var out = new ByteWriter(16 + cursor.size() * 8);
        header(out, SPARSE, cursor.topic());
        out.varint(cursor.size());
        int before = -1;
        for (int i = 0; i < cursor.size(); i++) {
            out.varint(cursor.partition(i) - before - 1L);
            out.varint(cursor.offset(i));
            before = cursor.partition(i);
        }
        out.varint(cursor.partitions() - 1L - before);
        return finish(out);
    }

    private static void header(ByteWriter out, int form, TopicBinding topic) {
        out.put(form);
        out.bigEndian(topic.name(), TopicBinding.NAME_BYTES);
        out.bigEndian(topic.incarnation(), TopicBinding.INCARNATION_BYTES);
    }

    private static byte[] finish(ByteWriter out) {
        out.put(out.checksum());
        return ENCODER.encode(out.toByteArray());
    }

    private static int width(long[] offsets) {
        long all = 0;
        for (long offset : offsets) {
            all |= offset;
        }
        return width(all);
    }

    private static int width(long offset) {
        return 64 - Long.numberOfLeadingZeros(offset);
    }

    /** Null when the text is no cursor. */
    static @Nullable Cursor read(String text) {
        byte[] bytes;
        try {
            bytes = DECODER.decode(text);
        } catch (IllegalArgumentException noBase64) {
            return null;
        }
        try {
            Cursor cursor = read(new ByteReader(bytes));
            return cursor != null && write(cursor).equals(text) ? cursor : null;
        } catch (ByteReader.Truncated cut) {
            return null;
        }
    }

    private static @Nullable Cursor read(ByteReader in) throws ByteReader.Truncated {
        if (!in.checksumHolds()) {
            return null;
        }
        int form = in.get();
        var topic = new TopicBinding(
                (int) in.bigEndian(TopicBinding.NAME_BYTES), (int) in.bigEndian(TopicBinding.INCARNATION_BYTES));
        int count;
        int[] partitions;
        long[] offsets;
        switch (form < SINGLE || form > SINGLE + OFFSET_BYTES ? form : SINGLE) {
            case SINGLE -> {
                partitions = new int[] {in.partition(0)};
                count = in.partition(partitions[0]) + 1;
                offsets = new long[] {in.bigEndian(form - SINGLE)};
            }
            case DENSE -> {
                count = in.count(MAX_PARTITIONS);
                partitions = new int[count];
                Arrays.setAll(partitions, i -> i);
                offsets = in.packed(partitions.length, in.get());
            }
            case SPARSE -> {
                partitions = new int[in.count(MAX_PARTITIONS)];
                offsets = new long[partitions.length];
                int before = -1;
                for (int i = 0; i < partitions.length; i++) {
                    partitions[i] = in.partition(before + 1);
                    offsets[i] = in.varint();
                    before = partitions[i];
                }
                count = in.partition(Math.max(before, 0)) + 1;
            }
            default -> {
                return null;
            }
        }
        return in.isExhausted() && partitions.length > 0 ? Cursor.of(topic, count, partitions, offsets) : null;
    }
}
