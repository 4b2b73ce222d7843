package dev.sluice.system.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Spoils what is valid. The same seed spoils the same things in the same way. Not Jazzer's mutators: those are native code of a fuzz run
 * and of no use without one.
 */
final class Mutator {
    private static final int MOST_BYTES = 64 * 1024;
    private static final int MOST_CHANGES = 3;
    private static final int MOST_REPEATS = 300;
    private static final int LONGEST_RANGE = 64;

    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        127,
        128,
        255,
        256,
        65_535,
        65_536,
        16 * 1024 * 1024 - 1,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        0xFFFF_FFFFL,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };
    private static final String[] HUGE = {
        "-1", "0", "1e999", "2147483648", "4294967296", "9223372036854775808", "99999999999999999999999", "NaN"
    };
    private static final List<byte[]> WORDS = Stream.of(
                    "\0",
                    "\r\n",
                    "\r\n\r\n",
                    "..",
                    "../",
                    "*",
                    "**",
                    "'",
                    "\"",
                    "\\",
                    "\\u0000",
                    "\\ud800",
                    "%00",
                    "%2e",
                    "%",
                    "&",
                    "=",
                    ",",
                    ":",
                    "{",
                    "}",
                    "[",
                    "[[[[[[[[",
                    "{\"a\":",
                    "null",
                    "NOT ",
                    "((((",
                    "LIKE '%%%'",
                    "ä",
                    "😀",
                    "\u2028",
                    "\uFEFF")
            .map(word -> word.getBytes(StandardCharsets.UTF_8))
            .toList();

    private final Random random;

    Mutator(long seed) {
        random = new Random(seed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    <T> T pick(List<T> all) {
        return all.get(below(all.size()));
    }

    /** One that is at the end of something. */
    long number() {
        return NUMBERS[below(NUMBERS.length)];
    }

    /** Also one that is not well-formed, so that what replaces it is sent. */
    String text(String valid) {
        return new String(bytes(valid.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }

    byte[] bytes(byte[] valid) {
        var spoilt = valid;
        for (var change = 0; change <= below(MOST_CHANGES); change++) {
            spoilt = changed(spoilt);
        }
        return spoilt;
    }

    private byte[] changed(byte[] in) {
        var from = below(in.length + 1);
        var to = Math.min(in.length, from + below(LONGEST_RANGE));
        return switch (below(9)) {
            case 0 -> flipped(in, Math.max(0, from - 1));
            case 1 -> replaced(in, from, Math.min(in.length, from + 1), new byte[] {(byte) below(256)});
            case 2 -> replaced(in, from, in.length, new byte[0]);
            case 3 -> replaced(in, from, to, new byte[0]);
            case 4 -> replaced(in, to, to, repeated(Arrays.copyOfRange(in, from, to)));
            case 5 -> replaced(in, from, below(2) == 0 ? from : to, pick(WORDS));
            case 6 -> numbered(in, from);
            case 7 -> counted(in, from);
            default -> spliced(in, from);
        };
    }

    private byte[] flipped(byte[] in, int at) {
        var out = in.clone();
        if (at < in.length) {
            out[at] ^= (byte) (1 << below(8));
        }
        return out;
    }

    private byte[] repeated(byte[] range) {
        var times = below(8) == 0 ? below(MOST_REPEATS) : 1;
        var out = ByteBuffer.allocate(range.length * times);
        for (var i = 0; i < times; i++) {
            out.put(range);
        }
        return out.array();
    }

    /** Where a length may be, or whatever else is a number of some bytes. */
    private byte[] numbered(byte[] in, int at) {
        var width = 1 << below(4);
        var number = ByteBuffer.allocate(Long.BYTES)
                .order(below(4) == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
                .putLong(number())
                .array();
        return replaced(
                in, at, Math.min(in.length, at + width), Arrays.copyOfRange(number, Long.BYTES - width, Long.BYTES));
    }

    /** The next number that is written in digits. */
    private byte[] counted(byte[] in, int at) {
        var from = at;
        while (from < in.length && !isDigit(in[from])) {
            from++;
        }
        var to = from;
        while (to < in.length && isDigit(in[to])) {
            to++;
        }
        return replaced(in, from, to, HUGE[below(HUGE.length)].getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    /** Goes on with what stood elsewhere. */
    private byte[] spliced(byte[] in, int at) {
        return replaced(in, at, in.length, Arrays.copyOfRange(in, below(in.length + 1), in.length));
    }

    private static byte[] replaced(byte[] in, int from, int to, byte[] by) {
        var out = ByteBuffer.allocate(in.length - (to - from) + by.length);
        out.put(in, 0, from).put(by).put(in, to, in.length - to);
        return out.capacity() <= MOST_BYTES ? out.array() : Arrays.copyOf(out.array(), MOST_BYTES);
    }
}
