package dev.sluice.grpc;

import dev.sluice.edge.engine.Formats;
import dev.sluice.edge.proto.NotificationBody;
import dev.sluice.fanout.session.BodyFormat;
import jakarta.inject.Singleton;
import java.util.List;

/** The form of an event on this edge. */
@Singleton
class GrpcFormats implements Formats {
    @Override
    public List<BodyFormat> bodies() {
        return List.of(NotificationBody.INSTANCE);
    }
}
