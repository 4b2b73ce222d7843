package dev.sluice.system.contract;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.client.Background;
import dev.sluice.client.StructuredEvents;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.client.sse.SseClient;
import dev.sluice.local.Component;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedSluice.class)
class PollIT {

    private final Sluice sluice;
    private final String channel = Sluice.unique("poll");

    PollIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void shouldSayWhereNowIsWhenItIsNotToldWhereToStart() {
        var answer = poll(0, to(channel));
        assertThat(answer.path("events")).isEmpty();
        assertThat(answer.path("cursor").asText()).isNotEmpty();
    }

    @Test
    void shouldAnswerWhatHappenedSince() {
        var start = poll(0, to(channel)).path("cursor").asText();
        sluice.producer().text(channel, "1");
        sluice.producer().text(channel, "2");
        var answer = poll(1, to(channel).cursor(start).with("wait", "0"));
        assertThat(texts(answer)).containsExactly("1", "2");
        var none = poll(0, to(channel).cursor(answer.path("cursor").asText()).with("wait", "0"));
        assertThat(none.path("events")).isEmpty();
    }

    @Test
    void shouldWaitForAnEvent() {
        var start = poll(0, to(channel)).path("cursor").asText();
        try (var background = new Background()) {
            var waiting =
                    background.call(() -> poll(0, to(channel).cursor(start).with("wait", "60")));
            sluice.producer().text(channel, "worth waiting for");
            assertThat(texts(waiting.join())).containsExactly("worth waiting for");
        }
    }

    @Test
    void shouldReadPageByPageWithNothingMissingAndNothingTwice() {
        var cursor = poll(0, to(channel)).path("cursor").asText();
        var expected = new ArrayList<String>();
        for (var i = 0; i < 25; i++) {
            expected.add("event " + i);
            sluice.producer().text(channel, "event " + i);
        }
        var got = new ArrayList<String>();
        for (var page = 0; got.size() < expected.size(); page++) {
            var answer =
                    poll(page % 2, to(channel).cursor(cursor).with("wait", "5").with("limit", "7"));
            assertThat(answer.path("events").size()).isBetween(1, 7);
            got.addAll(texts(answer));
            cursor = answer.path("cursor").asText();
        }
        assertThat(got).isEqualTo(expected);
    }

    @Test
    void shouldMoveTheCursorThoughTheFilterLetsNothingPass() {
        var start = poll(0, to(channel)).path("cursor").asText();
        sluice.producer().text(channel, "1");
        var request = to(channel).filter("type = 'never'").with("wait", "1");
        var answer = poll(0, request.cursor(start));
        assertThat(answer.path("events")).isEmpty();
        assertThat(answer.path("cursor").asText()).isNotEqualTo(start);
    }

    private JsonNode poll(int replica, SubscriptionRequest request) {
        var answer = SseClient.poll(sluice.url(Component.SSE_EDGE, replica), sluice.admin(), request);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("application/json");
        return answer.json();
    }

    private static List<String> texts(JsonNode answer) {
        var texts = new ArrayList<String>();
        answer.path("events")
                .forEach(event -> texts.add(
                        StructuredEvents.read(event.toString(), "", "").text()));
        return texts;
    }
}
