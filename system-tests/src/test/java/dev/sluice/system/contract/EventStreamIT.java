package dev.sluice.system.contract;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.NewEvent;
import dev.sluice.client.Received;
import dev.sluice.client.sse.SseClient;
import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is SSE's own: payloads as they are, {@code event:}, and {@code Last-Event-ID}. */
@ExtendWith(SharedSluice.class)
class EventStreamIT {

    private final Sluice sluice;
    private final String channel = Sluice.unique("event-stream");

    EventStreamIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void shouldNameTheTypeUnlessItIsMessage() {
        try (var connection = sluice.subscribe(Protocol.SSE, to(channel))) {
            Expect.started(connection);
            sluice.producer().accepted(NewEvent.text(channel, "a").type("notification"));
            sluice.producer().text(channel, "b");
            assertThat(Expect.events(connection, 2))
                    .extracting(Received.Event::type)
                    .containsExactly("notification", "message");
        }
    }

    @Test
    void shouldSendBinaryDataAsBase64() {
        var bytes = new byte[] {0, 10, 13, -1, 58};
        try (var connection = sluice.subscribe(Protocol.SSE, to(channel))) {
            Expect.started(connection);
            sluice.producer().accepted(NewEvent.of(channel, "application/octet-stream", bytes));
            assertThat(Base64.getDecoder()
                            .decode(Expect.events(connection, 1).get(0).text()))
                    .isEqualTo(bytes);
        }
    }

    /** An event stream knows one kind of line break. */
    @Test
    void shouldKeepTheLinesOfText() {
        try (var connection = sluice.subscribe(Protocol.SSE, to(channel))) {
            Expect.started(connection);
            sluice.producer().text(channel, "id: 7\n\nevent: x\r\n: comment\rdata: 1\n");
            assertThat(Expect.events(connection, 1).get(0).text()).isEqualTo("id: 7\n\nevent: x\n: comment\ndata: 1\n");
        }
    }

    @Test
    void shouldPreferTheLastEventIdToTheCursorOfTheUrl() {
        var first = sluice.producer().text(channel, "1");
        var second = sluice.producer().text(channel, "2");
        sluice.producer().text(channel, "3");
        try (var connection = SseClient.stream(
                sluice.url(Component.SSE_EDGE), sluice.admin(), to(channel).cursor(first), second)) {
            assertThat(Expect.eventWith(connection, "3"))
                    .isEqualTo(connection.events().get(0));
        }
    }

    /** To an EventSource such names are its own troubles. */
    @ParameterizedTest
    @CsvSource({"error, event.error", "open, event.open", "errors, errors"})
    void shouldNotSpeakForTheBrowser(String type, String name) {
        try (var connection = sluice.subscribe(Protocol.SSE, to(channel));
                var elsewhere = sluice.subscribe(Protocol.NDJSON, to(channel))) {
            Expect.started(connection);
            Expect.started(elsewhere);
            sluice.producer().accepted(NewEvent.text(channel, "x").type(type));
            assertThat(Expect.events(connection, 1).get(0).type()).isEqualTo(name);
            assertThat(Expect.events(elsewhere, 1).get(0).type()).isEqualTo(type);
        }
    }

    /** As polyfills do that can set no header, and some beside it; an empty one is none. */
    @Test
    void shouldGoOnFromTheLastEventIdOfTheUrl() {
        var first = sluice.producer().text(channel, "1");
        sluice.producer().text(channel, "2");
        var polyfilled = to(channel).with("lastEventId", first).with("_", "1764150000000");
        try (var connection = sluice.subscribe(Protocol.SSE, polyfilled);
                var fresh = SseClient.stream(
                        sluice.url(Component.SSE_EDGE), sluice.admin(), polyfilled.with("lastEventId", ""), "")) {
            Expect.eventWith(connection, "2");
            Expect.started(fresh);
            sluice.producer().text(channel, "3");
            Expect.eventWith(fresh, "3");
            assertThat(fresh.events()).hasSize(1);
            Expect.eventWith(connection, "3");
            assertThat(connection.events()).hasSize(2);
        }
    }

    @Test
    void shouldGoOnFromTheIdOfAHeartbeat() {
        String id;
        try (var connection = sluice.subscribe(Protocol.SSE, to(channel))) {
            Expect.started(connection);
            sluice.producer().text(channel, "1");
            Expect.eventWith(connection, "1");
            var before = connection.controls("heartbeat").size();
            Expect.until("a heartbeat", () -> connection.controls("heartbeat").size() > before);
            id = connection.controls("heartbeat").get(before).cursor();
        }
        sluice.producer().text(channel, "2");
        try (var connection = SseClient.stream(sluice.url(Component.SSE_EDGE, 1), sluice.admin(), to(channel), id)) {
            Expect.eventWith(connection, "2");
            assertThat(connection.events()).hasSize(1);
        }
    }
}
