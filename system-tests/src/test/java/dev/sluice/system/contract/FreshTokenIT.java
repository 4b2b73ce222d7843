package dev.sluice.system.contract;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Conversation;
import dev.sluice.client.NewEvent;
import dev.sluice.local.identity.TokenRequest;
import dev.sluice.system.client.Expect;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A conversation outlives the token that it began with: each {@link Talk} at the same time, because all of them wait for the same. */
@ExtendWith(SharedSluice.class)
class FreshTokenIT {
    private static final Duration LIFE = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Duration AFTER = Duration.ofSeconds(2);

    private final Sluice sluice;
    private final String room = "rooms." + Sluice.unique("fresh");
    /** When the last of the first tokens is. */
    private Instant over = Instant.EPOCH;

    FreshTokenIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void shouldGoOnWithAFreshTokenOfTheSameUser() {
        Map<Talk, Conversation> conversations = new EnumMap<>(Talk.class);
        try {
            for (var talk : Talk.values()) {
                conversations.put(talk, renewed(talk));
            }
            Expect.until("that the first tokens are over", () -> Instant.now().isAfter(over));
            conversations.forEach((talk, conversation) -> {
                sluice.producer().text(room + "." + talk, "still here");
                Expect.eventWith(conversation, "still here");
                conversation.publish("p", NewEvent.text(room + "." + talk, "by the new token"));
                assertThat(Expect.answer(conversation, "p").op())
                        .as(talk.name())
                        .isEqualTo("published");
                assertThat(conversation.controls("close")).as(talk.name()).isEmpty();
            });
        } finally {
            conversations.values().forEach(Conversation::close);
        }
    }

    /** On a machine that is too busy to renew a token in its life, it has a longer one. */
    private Conversation renewed(Talk talk) {
        for (var life = LIFE; ; life = life.multipliedBy(2)) {
            var expires = Instant.now().plus(life);
            var conversation =
                    talk.open(sluice, sluice.mint(TokenRequest.of("alice").ttl(life)));
            try {
                conversation.subscribe("s", to(room + "." + talk));
                Expect.control(conversation, "expiring");
                conversation.auth("a", sluice.token("alice"));
                var authenticated = Expect.answer(conversation, "a");
                assertThat(authenticated.op()).as(talk.name()).isEqualTo("authenticated");
                assertThat(Instant.parse(
                                authenticated.members().path("tokenExpires").asText()))
                        .as(talk.name())
                        .isAfter(expires.plus(Duration.ofHours(11)));
                over = over.isAfter(expires) ? over : expires.plus(AFTER);
                return conversation;
            } catch (AssertionError | RuntimeException failure) {
                conversation.close();
                var late = conversation.ended().filter(end -> end.reason().equals("token-expired"));
                if (late.isEmpty() || life.compareTo(LONGEST) > 0) {
                    throw failure;
                }
            }
        }
    }
}
