package dev.sluice.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Reason;
import dev.sluice.contract.revocation.TokenRef;
import dev.sluice.identity.Caller;
import dev.sluice.identity.permission.Permissions;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventRatesTest {
    private final HandTime time = new HandTime();

    private static final class HandTime implements TimeMeter {
        long nanos;

        @Override
        public long currentTimeNanos() {
            return nanos;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }

    private static Caller caller(String issuer, String subject) {
        return new Caller(new TokenRef(issuer, subject, null, null, null), Permissions.NONE, null);
    }

    private static long taken(EventRates rates, Caller caller) {
        return IntStream.range(0, 100).filter(i -> rates.take(caller).isEmpty()).count();
    }

    @Test
    void shouldTakeTwiceTheRateAtOnceAndThenTheRateOfEachUser() {
        var rates = new EventRates(10, time);
        var alice = caller("issuer", "alice");
        assertThat(taken(rates, alice)).isEqualTo(20);
        assertThat(taken(rates, caller("issuer", "bob"))).isEqualTo(20);
        assertThat(taken(rates, caller("another", "alice"))).isEqualTo(20);
        time.nanos += Duration.ofSeconds(1).toNanos();
        assertThat(taken(rates, alice)).isEqualTo(10);

        var refusal = rates.take(alice).orElseThrow();
        assertThat(refusal.reason()).isEqualTo(Reason.LIMITED);
        assertThat(refusal.limit()).isEqualTo(Limit.EVENT_RATE);
    }

    @Test
    void shouldForgetWhoCouldPublishAsMuchAsSomebodyNew() {
        var rates = new EventRates(10, time);
        taken(rates, caller("issuer", "alice"));
        rates.sweep();
        assertThat(rates.users()).isEqualTo(1);
        time.nanos += Duration.ofSeconds(2).toNanos();
        rates.sweep();
        assertThat(rates.users()).isZero();
    }

    @Test
    void shouldTakeEverythingWithoutALimit() {
        var rates = new EventRates(0, time);
        assertThat(taken(rates, caller("issuer", "alice"))).isEqualTo(100);
        assertThat(rates.users()).isZero();
    }
}
