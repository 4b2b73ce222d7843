package dev.sluice.edge.engine;

import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.buffer.impl.VertxByteBufAllocator;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** How much of this process's memory is taken, as its own runtime and Netty tell it. Any thread. */
final class MemoryLeft {
    /** Of the heap, as each collector calls it that tells generations apart. */
    private static final List<String> OLD = List.of("Old", "Tenured");

    /** Where long-lived objects are; all of the heap, where the collector does not tell generations apart, as Shenandoah. */
    private final MemoryPoolMXBean old = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .min(Comparator.comparing(pool -> OLD.stream().noneMatch(pool.getName()::contains)))
            .orElseThrow(() -> new IllegalStateException("this JVM says nothing of its heap"));

    private final BufferPoolMXBean buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("this JVM does not count its direct buffers"));

    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
            .filter(collector -> Arrays.asList(collector.getMemoryPoolNames()).contains(old.getName()))
            .toList();

    /** The share of the buffers' memory that is in buffers, 0 to 1; what the pools hold and have not given out is free. */
    double direct() {
        // Netty counts what it takes without the JDK; where it can't do that (from JDK 24 on), the JDK does.
        long own = PlatformDependent.usedDirectMemory();
        long reserved = own >= 0 ? own : buffers.getMemoryUsed();
        long free = Stream.of(PooledByteBufAllocator.DEFAULT, VertxByteBufAllocator.POOLED_ALLOCATOR)
                .filter(PooledByteBufAllocator.class::isInstance)
                .map(PooledByteBufAllocator.class::cast)
                .distinct()
                .mapToLong(MemoryLeft::notGivenOut)
                .sum();
        return (double) (reserved - free) / PlatformDependent.maxDirectMemory();
    }

    private static long notGivenOut(PooledByteBufAllocator pool) {
        long given = pool.metric().directArenas().stream()
                .mapToLong(PoolArenaMetric::numActiveBytes)
                .sum();
        return Math.max(0, pool.metric().usedDirectMemory() - given);
    }

    /** The share of the heap that was live after the last collection of old objects, 0 to 1; less, if less is used by now. */
    double heap() {
        MemoryUsage after = old.getCollectionUsage();
        MemoryUsage now = old.getUsage();
        return after == null || now == null || now.getMax() <= 0
                ? 0
                : (double) Math.min(after.getUsed(), now.getUsed()) / now.getMax();
    }

    /** How many collections there were that say something of {@link #heap}. */
    long collections() {
        return collectors.stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }
}
