package dev.sluice.bench.extensions;

import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;

/** quarkus-rest's way. */
@Path("/v1/stream")
public class Stream {
    private final Feed feed;

    Stream(Feed feed) {
        this.feed = feed;
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public Multi<OutboundSseEvent> stream(@Context Sse sse) {
        return feed.of(Forms.Event.class, new Forms.Event("first", "{}"))
                .map(event ->
                        sse.newEventBuilder().id(event.id()).data(event.data()).build());
    }
}
