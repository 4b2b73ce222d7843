package dev.sluice.edge.proto;

import com.google.protobuf.CodedOutputStream;
import io.netty.buffer.ByteBuf;

/** Length-delimited fields with numbers below 16, written by hand: they go around bodies that are encoded already. */
final class ProtoFields {
    private static final int LENGTH_DELIMITED = 2;

    private ProtoFields() {}

    /** Of a field that is left out when empty, as proto3 does. */
    static int size(byte[] value) {
        return value.length == 0 ? 0 : sizeOfMessage(value);
    }

    static void write(ByteBuf out, int number, byte[] value) {
        if (value.length > 0) {
            writeMessage(out, number, value);
        }
    }

    /** Of a message, which is there even when it is empty. */
    static int sizeOfMessage(byte[] value) {
        return 1 + CodedOutputStream.computeUInt32SizeNoTag(value.length) + value.length;
    }

    static void writeMessage(ByteBuf out, int number, byte[] value) {
        out.writeByte(number << 3 | LENGTH_DELIMITED);
        varint(out, value.length);
        out.writeBytes(value);
    }

    private static void varint(ByteBuf out, int value) {
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            out.writeByte((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }
}
