package dev.sluice.system.seed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Json;
import dev.sluice.client.NewEvent;
import dev.sluice.client.sse.Sample;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import dev.sluice.system.stack.Wire;
import java.net.URI;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedSluice.class)
class EventSourceIT {

    private final Sluice sluice;
    private final String channel = Sluice.unique("users.alice.notifications");

    EventSourceIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void shouldDispatchByTheTypeOfTheEvent() {
        try (var page = open(sluice.url(Component.SSE_EDGE))) {
            sluice.producer()
                    .accepted(NewEvent.json(channel, "{\"title\":\"New follower\"}")
                            .type("notification"));
            sluice.producer().text(channel, "a plain post");
            Expect.until(
                    "both events",
                    () -> !page.notifications().isEmpty() && !page.messages().isEmpty());
            assertThat(Json.parse(page.notifications().get(0)).path("title").asText())
                    .isEqualTo("New follower");
            assertThat(page.messages()).containsExactly("a plain post");
        }
    }

    @Test
    void shouldHandOnTextAsItIs() {
        try (var page = open(sluice.url(Component.SSE_EDGE))) {
            var expected = new ArrayList<String>();
            for (var sample : Sample.all()) {
                sluice.producer().text(channel, sample.text());
                expected.add(sample.seen());
            }
            Expect.until("all events", () -> page.messages().size() >= expected.size());
            for (var i = 0; i < expected.size(); i++) {
                assertThat(page.messages().get(i))
                        .as(Sample.all().get(i).name())
                        .isEqualTo(expected.get(i));
            }
        }
    }

    @Test
    void shouldMissNothingAndRepeatNothingWhenItReconnectsByItself() throws Exception {
        var expected = new ArrayList<String>();
        try (var wire = Wire.to(sluice.url(Component.SSE_EDGE));
                var page = open(wire.url())) {
            for (var connection = 1; connection <= 3; connection++) {
                for (var i = 0; i < 10; i++) {
                    var text = "event " + i + " of connection " + connection;
                    expected.add(text);
                    sluice.producer().text(channel, text);
                }
                wire.cut();
                var connections = connection + 1;
                Expect.until("that it reconnects", () -> page.opened().size() >= connections);
            }
            Expect.until("all events", () -> page.messages().size() >= expected.size());
            assertThat(page.messages()).containsExactlyElementsOf(expected);
        }
    }

    private NotificationPage open(URI edge) {
        var page = new NotificationPage(edge.resolve("/v1/stream?channel=" + channel), sluice.token("alice"));
        Expect.until("that it is open", () -> !page.opened().isEmpty());
        return page;
    }
}
