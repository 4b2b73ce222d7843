package dev.sluice.contract.cursor;

import java.util.Arrays;

/** The few ways in which numbers stand in a cursor. Belongs to one thread. */
final class ByteWriter {
    private byte[] bytes;
    private int length;

    ByteWriter(int capacity) {
        bytes = new byte[capacity];
    }

    void put(int value) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, length * 2);
        }
        bytes[length++] = (byte) value;
    }

    void bigEndian(long value, int size) {
        for (int shift = (size - 1) * 8; shift >= 0; shift -= 8) {
            put((int) (value >>> shift));
        }
    }

    /** LEB128, as protobuf writes it. */
    void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            put((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        put((int) rest);
    }

    /** Each value in so many bits, the highest first, the last byte filled up with zeros. */
    void packed(long[] values, int width) {
        int pending = 0;
        int bits = 0;
        for (long value : values) {
            for (int i = width - 1; i >= 0; i--) {
                pending = pending << 1 | (int) (value >>> i & 1);
                if (++bits == 8) {
                    put(pending);
                    pending = 0;
                    bits = 0;
                }
            }
        }
        if (bits > 0) {
            put(pending << (8 - bits));
        }
    }

    int checksum() {
        return checksum(bytes, length);
    }

    /** CRC-8 (polynomial x^8 + x^2 + x + 1): finds every change within eight bits, so every altered character. */
    static int checksum(byte[] bytes, int length) {
        int crc = 0;
        for (int i = 0; i < length; i++) {
            crc ^= bytes[i] & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x80) == 0 ? crc << 1 : (crc << 1 ^ 0x107);
            }
        }
        return crc & 0xFF;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }
}
