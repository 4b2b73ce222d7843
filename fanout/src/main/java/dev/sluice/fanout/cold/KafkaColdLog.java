package dev.sluice.fanout.cold;

import dev.sluice.fanout.log.LogEvent;
import dev.sluice.fanout.log.LogTailOptions;
import dev.sluice.kafka.ConsumerSettings;
import dev.sluice.kafka.Supervised;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads blocks with a small pool of consumers, each on a thread of its own. A block is read once for all who wait for it, and kept
 * for those who come soon; a consumer goes on where it stands if it can. Positions that no one shares wait in line.
 */
public final class KafkaColdLog implements ColdLog, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(KafkaColdLog.class);
    private static final int FETCH_WAIT_MILLIS = 10;
    /** How long Kafka may take to say where a partition begins and ends; one without a leader never does. */
    private static final int API_MILLIS = 5_000;

    private final LogTailOptions log;
    private final int formats;
    private final ColdMetrics metrics;
    private final BoundsOfLog bounds;
    private final List<Supervised> threads = new ArrayList<>();
    private final List<Consumer<byte[], byte[]>> consumers = new ArrayList<>();
    private final Unfinished unfinished = new Unfinished();

    // Guarded by this.
    private final BlockCache blocks;
    private final Map<Integer, NavigableMap<Long, Request<ColdBlock>>> asked = new HashMap<>();
    private final Line line = new Line();
    /** Of workers that wait for something to read, or will in a moment; each stands where it has read to. */
    private final Set<Scan> idle = new HashSet<>();

    private boolean stopping;

    /** A worker that ends unexpectedly over a request leaves it to the next one; not for ever. */
    private static final int MOST_TRIES = 3;

    /** @param formats how many body formats the engine knows */
    public KafkaColdLog(
            LogTailOptions log, ColdOptions options, int formats, BoundsOfLog bounds, MeterRegistry registry) {
        this.log = log;
        this.formats = formats;
        this.bounds = bounds;
        this.metrics = new ColdMetrics(registry);
        this.blocks = new BlockCache(options.cacheBytes());
        for (int i = 0; i < options.consumers(); i++) {
            threads.add(new Supervised("sluice-cold-log-" + i, "cold", registry, this::work));
        }
    }

    public void start() {
        threads.forEach(Supervised::start);
    }

    /** Whether all its threads are at work. */
    public boolean isWell() {
        return threads.stream().allMatch(Supervised::isWell);
    }

    /** See {@link Supervised#isHopeless}. */
    public boolean isHopeless() {
        return threads.stream().anyMatch(Supervised::isHopeless);
    }

    @Override
    public synchronized @Nullable ColdBlock cached(int partition, long offset) {
        return blocks.covering(partition, offset);
    }

    @Override
    public CompletionStage<LogBounds> bounds(int partitions) {
        return bounds.ask(partitions);
    }

    @Override
    public synchronized CompletionStage<ColdBlock> read(int partition, long offset) {
        ColdBlock there = blocks.covering(partition, offset);
        if (there != null) {
            return CompletableFuture.completedFuture(there);
        }
        long start = blocks.startFor(partition, offset, Scan.SPAN);
        NavigableMap<Long, Request<ColdBlock>> requests = asked.computeIfAbsent(partition, number -> new TreeMap<>());
        Map.Entry<Long, Request<ColdBlock>> before = requests.floorEntry(offset);
        if (before != null && before.getKey() >= start) {
            return before.getValue().answer();
        }
        var request = new Request<>(partition, start, scan -> scan.block(partition, start));
        requests.put(start, request);
        putBack(request);
        return request.answer().whenComplete((block, failure) -> read(request, block));
    }

    private synchronized void read(Request<ColdBlock> request, @Nullable ColdBlock block) {
        if (block != null && block.next() > block.from()) {
            blocks.add(block);
        }
        NavigableMap<Long, Request<ColdBlock>> requests = asked.get(request.partition());
        if (requests != null) {
            requests.remove(request.start());
        }
    }

    @Override
    public CompletionStage<List<Sighting>> newest(
            int partition, long from, long to, int most, Predicate<LogEvent> wanted, BooleanSupplier isGivenUp) {
        var request = new Request<>(partition, from, scan -> scan.newest(partition, from, to, most, wanted, isGivenUp));
        putBack(request);
        return request.answer();
    }

    private void work(Supervised self) {
        boolean failing = false;
        Map<String, Object> settings = ConsumerSettings.of(log.kafka());
        // A question about offsets stands behind the fetch before it, and that must not wait for records to be written.
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS);
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, API_MILLIS);
        @Nullable Consumer<byte[], byte[]> mine = null;
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            synchronized (this) {
                consumers.add(consumer);
                mine = consumer;
            }
            self.begun();
            var scan = new Scan(consumer, log.topic(), formats, log.repeats(), unfinished, metrics);
            for (Request<?> request = take(scan); request != null; request = take(scan)) {
                try {
                    Runnable answer = request.read(scan);
                    failing = false;
                    done(request, scan);
                    answer.run();
                } catch (WakeupException | InterruptException stopped) {
                    throw stopped;
                } catch (KafkaException failure) {
                    if (!failing) {
                        LOG.warnf(failure, "Reading topic '%s' again fails; trying on", log.topic());
                    }
                    failing = true;
                    failed(request);
                } catch (Throwable unexpected) {
                    leave(request, scan, unexpected);
                    throw unexpected;
                }
            }
        } catch (WakeupException | InterruptException stopped) {
            LOG.debug("Reading the log again was stopped");
        } finally {
            synchronized (this) {
                consumers.remove(mine);
            }
        }
    }

    /** Waits; null when it is time to stop. */
    private synchronized @Nullable Request<?> take(Scan scan) {
        try {
            idle.add(scan);
            while (!stopping) {
                Request<?> next = line.take(
                        request -> scan.continuesWith(request.partition(), request.start()),
                        request -> idle.stream()
                                .anyMatch(other -> other.continuesWith(request.partition(), request.start())),
                        System.nanoTime());
                if (next != null) {
                    // What was left for this worker besides is for any other.
                    notifyAll();
                    scan.setPatient(!line.isMute(next));
                    return next;
                }
                wait(line.isPausing() ? Line.PAUSE.toMillis() : 0);
            }
        } catch (InterruptedException stopped) {
            LOG.debug("Reading the log again was stopped while it waited");
        } finally {
            idle.remove(scan);
        }
        return null;
    }

    private synchronized void putBack(Request<?> request) {
        line.add(request);
        notifyAll();
    }

    /** Before who waited for it knows: what they ask next is for the worker that stands there. */
    private synchronized void done(Request<?> request, Scan scan) {
        idle.add(scan);
        done(request);
    }

    private synchronized void done(Request<?> request) {
        line.done(request);
        // What waits for the same partition may be read by any worker now.
        notifyAll();
    }

    private synchronized void failed(Request<?> request) {
        line.failed(request, System.nanoTime());
        notifyAll();
    }

    /** Somebody waits for it: another worker does it, or says that it can't be done. */
    private void leave(Request<?> request, Scan scan, Throwable unexpected) {
        synchronized (this) {
            idle.remove(scan);
            done(request);
        }
        if (request.tries().incrementAndGet() < MOST_TRIES) {
            putBack(request);
            return;
        }
        request.answer().completeExceptionally(unexpected);
    }

    /** The topic is no longer the one that it was. */
    public synchronized void forget() {
        blocks.clear();
        unfinished.clear();
    }

    @Override
    public synchronized void close() {
        stopping = true;
        threads.forEach(Supervised::close);
        notifyAll();
        consumers.forEach(Consumer::wakeup);
    }
}
