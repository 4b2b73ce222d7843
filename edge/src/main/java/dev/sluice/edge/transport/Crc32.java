package dev.sluice.edge.transport;

import io.netty.util.concurrent.FastThreadLocal;

/**
 * The CRC-32 of two pieces after each other, from those of each (as zlib's {@code crc32_combine}): the first times x to the power of the
 * second's bits, modulo the polynomial, and the second. Polynomials over GF(2) stand with the coefficient of x<sup>0</sup> in the highest bit.
 */
final class Crc32 {
    private static final int POLYNOMIAL = 0xEDB88320;
    private static final int ONE = 1 << 31;
    /** x to the power of 2<sup>i</sup>. */
    private static final int[] POWERS = new int[Integer.SIZE];

    static {
        POWERS[0] = ONE >>> 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = times(POWERS[i - 1], POWERS[i - 1]);
        }
    }

    /** Of the last length that an event loop asked for: all readers of a run ask for the same. */
    private record Shift(int bytes, int factor) {}

    private static final FastThreadLocal<Shift> LAST = new FastThreadLocal<>() {
        @Override
        protected Shift initialValue() {
            return new Shift(0, ONE);
        }
    };

    private Crc32() {}

    /** @param bytes of the second piece */
    static int concatenated(int first, int second, int bytes) {
        Shift shift = LAST.get();
        if (shift.bytes() != bytes) {
            shift = new Shift(bytes, shift(bytes));
            LAST.set(shift);
        }
        return times(shift.factor(), first) ^ second;
    }

    private static int shift(int bytes) {
        int factor = ONE;
        // A byte has 2^3 bits.
        for (int rest = bytes, i = 3; rest != 0; rest >>>= 1, i++) {
            if ((rest & 1) != 0) {
                factor = times(POWERS[i % POWERS.length], factor);
            }
        }
        return factor;
    }

    private static int times(int a, int b) {
        int product = 0;
        int shifted = b;
        for (int rest = a; rest != 0; rest <<= 1) {
            if (rest < 0) {
                product ^= shifted;
            }
            shifted = shifted >>> 1 ^ (POLYNOMIAL & -(shifted & 1));
        }
        return product;
    }
}
