package dev.sluice.contract.cursor;

/** Reads what {@link ByteWriter} wrote. Belongs to one thread. */
final class ByteReader {
    private final byte[] bytes;
    /** The checksum behind it is not read as content. */
    private final int end;

    private int next;

    /** There are fewer bytes than the ones before announced, or a number that no cursor holds. */
    static final class Truncated extends Exception {
        private static final long serialVersionUID = 1L;

        Truncated() {
            super(null, null, false, false);
        }
    }

    ByteReader(byte[] bytes) {
        this.bytes = bytes;
        this.end = bytes.length - 1;
    }

    boolean checksumHolds() {
        return end > 0 && ByteWriter.checksum(bytes, end) == (bytes[end] & 0xFF);
    }

    int get() throws Truncated {
        if (next >= end) {
            throw new Truncated();
        }
        return bytes[next++] & 0xFF;
    }

    /** Never negative. */
    long bigEndian(int size) throws Truncated {
        long value = 0;
        for (int i = 0; i < size; i++) {
            value = value << 8 | get();
        }
        if (value < 0) {
            throw new Truncated();
        }
        return value;
    }

    /** Never negative. */
    long varint() throws Truncated {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int b = get();
            value |= (long) (b & 0x7F) << shift;
            if ((b & 0x80) == 0) {
                return value;
            }
        }
        throw new Truncated();
    }

    /** A partition written as its distance to the first that it may be. */
    int partition(int first) throws Truncated {
        long distance = varint();
        // Compared this way round, because the sum may overflow.
        if (distance > Integer.MAX_VALUE - 1 - (long) first) {
            throw new Truncated();
        }
        return (int) (first + distance);
    }

    int count(int most) throws Truncated {
        long count = varint();
        // Each entry takes bits of what is left, but for offsets that are all zero; those are few bytes for many
        // entries.
        if (count > most) {
            throw new Truncated();
        }
        return (int) count;
    }

    long[] packed(int count, int width) throws Truncated {
        if (width > 63) {
            throw new Truncated();
        }
        long[] values = new long[count];
        int current = 0;
        int bits = 0;
        for (int i = 0; i < count; i++) {
            long value = 0;
            for (int j = 0; j < width; j++) {
                if (bits == 0) {
                    current = get();
                    bits = 8;
                }
                value = value << 1 | (current >>> --bits & 1);
            }
            values[i] = value;
        }
        return values;
    }

    boolean isExhausted() {
        return next == end;
    }
}
