package dev.sluice.fanout;

import dev.sluice.fanout.log.LogTailOptions;
import java.time.Duration;

/** @param heartbeatInterval how often each subscription hears of its cursor when nothing else happens */
public record FanoutOptions(LogTailOptions log, Duration heartbeatInterval) {
    public FanoutOptions {
        if (heartbeatInterval.toMillis() < 100) {
            throw new IllegalArgumentException("the heartbeat interval is at least 100 ms");
        }
    }
}
