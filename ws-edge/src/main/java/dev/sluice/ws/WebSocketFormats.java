package dev.sluice.ws;

import dev.sluice.edge.engine.Formats;
import dev.sluice.edge.format.CloudEventsBody;
import dev.sluice.edge.proto.NotificationBody;
import dev.sluice.fanout.session.BodyFormat;
import jakarta.inject.Singleton;
import java.util.List;

/** The forms of an event on this edge. */
@Singleton
class WebSocketFormats implements Formats {
    @Override
    public List<BodyFormat> bodies() {
        return List.of(JsonDataBody.INSTANCE, CloudEventsBody.INSTANCE, NotificationBody.INSTANCE);
    }
}
