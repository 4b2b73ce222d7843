package dev.sluice.system.expiry;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Background;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.client.http.Answer;
import dev.sluice.client.http.SteadyProducer;
import dev.sluice.client.sse.SseClient;
import dev.sluice.local.Component;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.system.client.Expect;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The expiry table: each protocol, each way in which its token may come, all at the same time. */
@Tag("full")
@ExtendWith(SharedSluice.class)
class TokenExpiryIT {
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int AFTERWARDS = 10;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final Sluice sluice;

    TokenExpiryIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void shouldWarnRenewEndWithTheTokenAndLoseNothing() throws Exception {
        var channel = Sluice.unique("rooms.expiry");
        var start = poll(sluice.admin(), to(channel)).json().path("cursor").asText();
        try (var background = new Background();
                var producer = new SteadyProducer(sluice.producer(), channel, PAUSE)) {
            var waiting = background.call(this::answeredWithoutNews);
            var trials = Row.all().stream()
                    .map(row -> new Trial(row, sluice, producer, channel, start))
                    .toList();
            try {
                var runs = trials.stream().collect(Collectors.toMap(Trial::row, trial -> background.run(trial::run)));
                CompletableFuture.allOf(Stream.concat(runs.values().stream(), Stream.of(waiting))
                                .toArray(CompletableFuture[]::new))
                        .exceptionally(failure -> null)
                        .join();
                var softly = new SoftAssertions();
                runs.forEach(
                        (row, run) -> softly.assertThat(run).as(row.toString()).isCompleted());
                softly.assertThat(waiting).isCompletedWithValue(true);
                softly.assertAll();

                var after = producer.acknowledged().size() + AFTERWARDS;
                Expect.until("events afterwards", () -> producer.acknowledged().size() >= after);
                producer.stop();
                assertThat(producer.refused()).isEmpty();
                var facts = trials.stream().map(Trial::facts).toList();
                System.out.println("TokenExpiryIT: " + producer.acknowledged().size() + " events\n\n" + Facts.HEADER);
                facts.forEach(System.out::println);
                facts.forEach(each -> {
                    softly.assertThat(each.exact()).as(each.toString()).isTrue();
                    softly.assertThat(each.late()).as(each.toString()).isZero();
                    softly.assertThat(each.delivered()).as(each.toString()).isPositive();
                    softly.assertThat(each.resumed()).as(each.toString()).isPositive();
                    softly.assertThat(each.oldToken())
                            .as(each.toString())
                            .matches(each.row().refusal());
                    softly.assertThat(each.renewedExact()).as(each.toString()).isTrue();
                    if (each.row().kind() == Row.Kind.CONVERSATION) {
                        softly.assertThat(each.renewedLate())
                                .as(each.toString())
                                .isPositive();
                    }
                });
                softly.assertAll();
            } finally {
                trials.forEach(Trial::close);
            }
        }
    }

    /** A poll that nothing is posted for: whether it ends with its token, and not with its wait. */
    private boolean answeredWithoutNews() {
        var request = to(Sluice.unique("rooms.expiry.silent"));
        var token = sluice.mint(TokenRequest.of("alice").ttl(Trial.TTL));
        var start = poll(token, request).json().path("cursor").asText();
        var begin = Instant.now();
        var answer = poll(token, request.cursor(start).with("wait", String.valueOf(LONGEST_WAIT.toSeconds())));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("events")).isEmpty();
        assertThat(answer.json().path("cursor").asText()).isNotEmpty();
        return Duration.between(begin, Instant.now()).compareTo(LONGEST_WAIT) < 0;
    }

    private Answer poll(String token, SubscriptionRequest request) {
        return SseClient.poll(sluice.url(Component.SSE_EDGE), token, request);
    }
}
