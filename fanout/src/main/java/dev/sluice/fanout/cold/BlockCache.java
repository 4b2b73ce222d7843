package dev.sluice.fanout.cold;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The blocks that were used last, bounded in bytes. Not safe for threads: its owner has the lock. */
final class BlockCache {
    private final long mostBytes;
    private final Map<Integer, NavigableMap<Long, ColdBlock>> byPartition = new HashMap<>();
    /** Least recently used first. */
    private final Map<Key, ColdBlock> byUse = new LinkedHashMap<>(64, 0.75f, true);

    private long bytes;

    private record Key(int partition, long from) {}

    BlockCache(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    @Nullable
    ColdBlock covering(int partition, long offset) {
        ColdBlock block = before(partition, offset);
        if (block == null || !block.covers(offset)) {
            return null;
        }
        return byUse.get(new Key(partition, block.from()));
    }

    /** Where to begin reading to learn what stands at the offset, so that others who need its neighbours can share that. */
    long startFor(int partition, long offset, long span) {
        long aligned = offset - offset % span;
        ColdBlock block = before(partition, offset);
        return block == null ? aligned : Math.max(aligned, block.next());
    }

    private @Nullable ColdBlock before(int partition, long offset) {
        NavigableMap<Long, ColdBlock> blocks = byPartition.get(partition);
        Map.Entry<Long, ColdBlock> floor = blocks == null ? null : blocks.floorEntry(offset);
        return floor == null ? null : floor.getValue();
    }

    void add(ColdBlock block) {
        var blocks = byPartition.computeIfAbsent(block.partition(), partition -> new TreeMap<>());
        ColdBlock same = blocks.put(block.from(), block);
        if (same != null) {
            bytes -= same.bytes();
        }
        byUse.put(new Key(block.partition(), block.from()), block);
        bytes += block.bytes();
        Iterator<ColdBlock> oldest = byUse.values().iterator();
        while (bytes > mostBytes && byUse.size() > 1) {
            ColdBlock gone = oldest.next();
            oldest.remove();
            bytes -= gone.bytes();
            NavigableMap<Long, ColdBlock> siblings = byPartition.get(gone.partition());
            if (siblings != null) {
                siblings.remove(gone.from());
            }
        }
    }

    void clear() {
        byPartition.clear();
        byUse.clear();
        bytes = 0;
    }
}
