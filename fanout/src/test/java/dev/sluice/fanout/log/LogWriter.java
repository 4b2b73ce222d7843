package dev.sluice.fanout.log;

import dev.sluice.contract.channel.Channel;
import dev.sluice.contract.event.Event;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The tail's side of a recent log, for tests: appends records as they would come from Kafka. */
public final class LogWriter {
    public static final RecentLogLimits ROOMY = new RecentLogLimits(1L << 40, 1 << 14, Duration.ofDays(1));

    private final RecentLog log;
    private final int formats;
    /** All that was ever appended, as Kafka would still have it. */
    private final List<LogEvent> records = new ArrayList<>();

    private long[] ends;

    public LogWriter(RecentLogLimits limits, int formats, long... begin) {
        this.log = new RecentLog(limits, begin, formats);
        this.formats = formats;
        this.ends = begin.clone();
    }

    public static Event event(String channel, String id, String type) {
        return new Event(
                new Channel(channel),
                id,
                "/test",
                type,
                null,
                null,
                "text/plain",
                null,
                Map.of(),
                id.getBytes(StandardCharsets.US_ASCII));
    }

    public List<LogEvent> records() {
        return records;
    }

    /** For each partition the offset of the next record. */
    public long[] ends() {
        return ends.clone();
    }

    public RecentLog log() {
        return log;
    }

    /** Where Kafka's default partitioner puts a channel. */
    public int home(String channel) {
        return RecentLog.home(channel, ends.length);
    }

    /** Appends to the partition that the channel is at home in; not seen by readers before {@link #publish}. */
    public LogWriter append(String channel, String id) {
        return append(home(channel), event(channel, id, "message"));
    }

    public LogWriter append(int partition, Event event) {
        return append(partition, event, 0);
    }

    public LogWriter append(int partition, Event event, long timestamp) {
        records.add(new LogEvent(event, partition, ends[partition], timestamp, formats));
        log.append(partition, ends[partition]++, timestamp, event);
        return this;
    }

    /** A record that is no event. */
    public LogWriter skip(int partition) {
        log.skipTo(partition, ++ends[partition]);
        return this;
    }

    public LogWriter addPartitions(int count) {
        log.addPartitions(count);
        ends = Arrays.copyOf(ends, count);
        return this;
    }

    public LogWriter publish() {
        log.publish();
        return this;
    }
}
