package dev.sluice.publisher.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.event.KafkaEvents;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HomesTest {
    private static final long HOLD = KafkaEvents.HOME_HOLD.toNanos();
    private static final long LEASE = KafkaEvents.HOME_LEASE.toNanos();

    private static String channel(boolean moves) {
        return IntStream.range(0, 1_000)
                .mapToObj(i -> "c" + i)
                .filter(name ->
                        (Homes.first(12, 0).of(name) != Homes.first(13, 0).of(name)) == moves)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldHoldBackOnlyChannelsThatMoveAndOnlyUntilAllHaveSeenIt() {
        var grown = Homes.first(12, 0).confirmed(13, 90, 100);

        assertThat(grown.isMoving(channel(true), 100)).isTrue();
        assertThat(grown.isMoving(channel(false), 100)).isFalse();
        assertThat(grown.isMoving(channel(true), 100 + HOLD - 1)).isTrue();
        assertThat(grown.isMoving(channel(true), 100 + HOLD)).isFalse();
        assertThat(grown.confirmed(13, 200, 210).isMoving(channel(true), 210)).isTrue();
        assertThat(Homes.first(13, 0).isMoving(channel(true), 1)).isFalse();
    }

    @Test
    void shouldGoStaleUnlessConfirmedWithinTheLeaseCountedFromTheQuestion() {
        var homes = Homes.first(12, 0);

        assertThat(homes.isStale(LEASE)).isFalse();
        assertThat(homes.isStale(LEASE + 1)).isTrue();
        assertThat(homes.confirmed(12, 50, 60).isStale(LEASE + 50)).isFalse();
        assertThat(homes.confirmed(12, 50, 60).isStale(LEASE + 51)).isTrue();
        // Whoever wrote by the old number may have done so until the others take the new one at the earliest.
        assertThat(HOLD).isGreaterThan(LEASE);
    }
}
