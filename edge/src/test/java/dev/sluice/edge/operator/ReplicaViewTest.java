package dev.sluice.edge.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.fanout.session.Peer;
import dev.sluice.fanout.session.SessionView;
import dev.sluice.fanout.session.SessionView.SubscriptionView;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicaViewTest {
    private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");

    private static ReplicaView view(Instant at, double events, ReplicaView.Subscriptions subscriptions) {
        return new ReplicaView(
                at, "sse", "r", true, false, 2, subscriptions, events, 100 * events, 1, ReplicaView.Rates.NONE);
    }

    @Test
    void shouldSayWhatHappenedASecond() {
        var view = ReplicaView.since(
                view(NOW, 10, ReplicaView.Subscriptions.NONE),
                view(NOW.plusSeconds(2), 30, ReplicaView.Subscriptions.NONE));

        assertThat(view.rates()).isEqualTo(new ReplicaView.Rates(10, 1_000, 0));
        assertThat(view.at()).isEqualTo(NOW.plusSeconds(2));
    }

    @Test
    void shouldTellTheLiveFromThoseThatLag() {
        var session = new SessionView(
                "s",
                new Peer("https://issuer", "alice", "127.0.0.1", "sse"),
                NOW,
                null,
                0,
                List.of(
                        new SubscriptionView("a", List.of("rooms.a"), true, 0),
                        new SubscriptionView("b", List.of("rooms.b"), false, 7),
                        new SubscriptionView("c", List.of("rooms.c"), false, 5)));

        assertThat(ReplicaView.Subscriptions.NONE.plus(session)).isEqualTo(new ReplicaView.Subscriptions(1, 2, 7, 12));
    }

    @Test
    void shouldBeAsTheDocumentationShowsIt() {
        assertThat(view(NOW, 1, new ReplicaView.Subscriptions(1, 2, 7, 12))
                        .json()
                        .toString())
                .isEqualTo(
                        "{\"at\":\"2026-11-26T10:00:00Z\",\"service\":\"sse\",\"replica\":\"r\",\"ready\":true,\"draining\":false,\"sessions\":2,"
                                + "\"subscriptions\":{\"live\":1,\"behind\":2},\"lag\":{\"largest\":7,\"total\":12},"
                                + "\"rates\":{\"events\":0.0,\"bytes\":0.0,\"refusals\":0.0}}");
    }
}
