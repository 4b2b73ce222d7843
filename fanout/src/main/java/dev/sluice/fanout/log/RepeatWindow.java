package dev.sluice.fanout.log;

import dev.sluice.contract.event.Event;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Tells the repeats of one partition: events whose channel, source and id were there before, within the limits. Who begins to
 * read a window early comes to the same answers as who has read all of it. Belongs to one thread.
 *
 * <p>It keeps a hash of 128 bits an event (SHA-256, cut off), in two generations: when the newer one has covered a whole
 * window, the older one can't matter any more. So it holds at most two windows.
 */
public final class RepeatWindow {
    private final RepeatLimits limits;
    private final MessageDigest digest;
    private Generation newer = new Generation();
    private Generation older = new Generation();

    public RepeatWindow(RepeatLimits limits) {
        this.limits = limits;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /**
     * To be asked once for each event, in the order of the partition.
     *
     * @param timestamp the log's time in ms since the epoch
     */
    public boolean isRepeat(Event event, long offset, long timestamp) {
        if (limits.isOff()) {
            return false;
        }
        if (newer.size > 0 && !isWithin(newer.firstOffset, newer.firstTime, offset, timestamp)) {
            older = newer;
            newer = new Generation();
        }
        ByteBuffer hash = hash(event);
        long high = hash.getLong();
        long low = hash.getLong();
        int place = newer.find(high, low);
        Generation holder = newer;
        if (newer.isFree(place)) {
            holder = older;
        }
        int found = holder == newer ? place : older.find(high, low);
        boolean repeat = !holder.isFree(found) && isWithin(holder.offset(found), holder.time(found), offset, timestamp);
        newer.put(place, high, low, offset, timestamp);
        return repeat;
    }

    private boolean isWithin(long oldOffset, long oldTime, long offset, long timestamp) {
        return offset - oldOffset <= limits.records()
                && timestamp - oldTime <= limits.window().toMillis();
    }

    private ByteBuffer hash(Event event) {
        part(event.channel().name());
        part(event.source());
        part(event.id());
        return ByteBuffer.wrap(digest.digest());
    }

    /** With its length before it, so that no two events are the same text. */
    private void part(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((byte) (bytes.length >>> 16));
        digest.update((byte) (bytes.length >>> 8));
        digest.update((byte) bytes.length);
        digest.update(bytes);
    }

    /** A hash table with open addressing: hash (two longs), offset, time. */
    private static final class Generation {
        private static final int WIDTH = 4;

        private long[] table = new long[64 * WIDTH];
        private int size;
        private long firstOffset;
        private long firstTime;

        /** Where it is, or would be. */
        int find(long high, long low) {
            int slots = table.length / WIDTH;
            int slot = (int) high & (slots - 1);
            while (!isFree(slot * WIDTH) && (table[slot * WIDTH] != high || table[slot * WIDTH + 1] != low)) {
                slot = (slot + 1) & (slots - 1);
            }
            return slot * WIDTH;
        }

        /** An offset is kept as its successor, so that zero is free. */
        boolean isFree(int place) {
            return table[place + 2] == 0;
        }

        long offset(int place) {
            return table[place + 2] - 1;
        }

        long time(int place) {
            return table[place + 3];
        }

        void put(int place, long high, long low, long offset, long time) {
            if (isFree(place)) {
                if (size++ == 0) {
                    firstOffset = offset;
                    firstTime = time;
                }
            }
            table[place] = high;
            table[place + 1] = low;
            table[place + 2] = offset + 1;
            table[place + 3] = time;
            if (size * 2 > table.length / WIDTH) {
                grow();
            }
        }

        private void grow() {
            long[] before = table;
            table = new long[before.length * 2];
            for (int i = 0; i < before.length; i += WIDTH) {
                if (before[i + 2] != 0) {
                    System.arraycopy(before, i, table, find(before[i], before[i + 1]), WIDTH);
                }
            }
        }
    }
}
