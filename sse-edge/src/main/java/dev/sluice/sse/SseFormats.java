package dev.sluice.sse;

import dev.sluice.edge.engine.Formats;
import dev.sluice.edge.format.CloudEventsBody;
import dev.sluice.fanout.session.BodyFormat;
import jakarta.inject.Singleton;
import java.util.List;

/** The forms of an event on this edge. */
@Singleton
class SseFormats implements Formats {
    @Override
    public List<BodyFormat> bodies() {
        return List.of(SseDataBody.INSTANCE, SseCloudEventsBody.INSTANCE, CloudEventsBody.INSTANCE);
    }
}
