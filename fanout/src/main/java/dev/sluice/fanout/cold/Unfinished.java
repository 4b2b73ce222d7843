package dev.sluice.fanout.cold;

import dev.sluice.fanout.log.RepeatWindow;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What consumers know of repeats where they stopped reading to read elsewhere: who goes on there need not read a dedupe window again, which may be
 * fifty times as long as the block. Only of a few places, because a window may take 256 bytes for each of its records. Any thread.
 */
final class Unfinished {
    private static final int MOST = 4;

    /** The one that was left first, first. */
    private final Map<Place, RepeatWindow> windows = new LinkedHashMap<>();

    private record Place(int partition, long next) {}

    synchronized void leave(int partition, long next, RepeatWindow window) {
        windows.put(new Place(partition, next), window);
        if (windows.size() > MOST) {
            windows.remove(windows.keySet().iterator().next());
        }
    }

    /** Of who stopped right before an offset; null when nobody did, or somebody has gone on there. */
    synchronized @Nullable RepeatWindow take(int partition, long next) {
        return windows.remove(new Place(partition, next));
    }

    synchronized void clear() {
        windows.clear();
    }
}
