package dev.sluice.fanout.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A few events that come right after many wait for the rest, where handing them out is dear, and nowhere else. */
class GatheringTest {
    private static final String[] MANY = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"};

    private final Replica replica = new Replica(1);
    private final Replica.Client client = replica.connect().live("a");

    private void eachWriteTakes(int millis) {
        client.socket.writing = () -> replica.loop.beLate(Duration.ofMillis(millis));
    }

    @Test
    void shouldHandOutAFewTogetherWithTheRest() {
        eachWriteTakes(20);
        replica.publish("a", MANY);
        assertThat(client.socket.writes).isEqualTo(1);

        replica.publish("a", "11");
        assertThat(client.socket.writes).as("one alone").isEqualTo(1);
        replica.publish("a", "12", "13", "14", "15", "16");
        assertThat(client.socket.writes).as("as many as are not few").isEqualTo(2);
        assertThat(client.socket.ids()).hasSize(16).endsWith("11", "12", "13", "14", "15", "16");
    }

    @Test
    void shouldWaitNoLongerThanItTook() {
        eachWriteTakes(2);
        replica.publish("a", MANY);
        replica.publish("a", "11");
        replica.loop.pass(Duration.ofMillis(1));
        assertThat(client.socket.writes).isEqualTo(1);
        // Its being asked again, because there is one more, does not make the first wait longer.
        replica.publish("a", "12");
        replica.loop.pass(Duration.ofMillis(1));
        assertThat(client.socket.ids()).hasSize(12);
        assertThat(client.socket.writes).isEqualTo(2);
    }

    @Test
    void shouldWaitForItsLimitAtMost() {
        eachWriteTakes(100);
        replica.publish("a", MANY);
        replica.publish("a", "11");
        replica.loop.pass(Gathering.MOST.minusMillis(1));
        assertThat(client.socket.writes).isEqualTo(1);
        replica.loop.pass(Duration.ofMillis(1));
        assertThat(client.socket.ids()).hasSize(11);
    }

    @Test
    void shouldNotTakeASmallPieceForTheMeasureOfTheNext() {
        eachWriteTakes(20);
        replica.publish("a", MANY);
        replica.publish("a", "11");
        replica.loop.pass(Gathering.MOST);
        assertThat(client.socket.writes).as("one alone, when it had waited").isEqualTo(2);
        replica.publish("a", "12");
        assertThat(client.socket.writes).as("the next one alone").isEqualTo(2);
        replica.loop.pass(Gathering.MOST);
        assertThat(client.socket.ids()).endsWith("12");
    }

    @Test
    void shouldNotForgetBecauseThereWasNothingToHandOut() {
        Gathering gathering = afterTenEventsThatTookTenMillis();
        gathering.begin();
        gathering.end(0);
        assertThat(gathering.left(1)).isEqualTo(Gathering.MOST);
    }

    @Test
    void shouldNotHoldBackWhatComesAlone() {
        eachWriteTakes(5);
        replica.publish("a", MANY);
        replica.loop.pass(Duration.ofMillis(11));
        replica.publish("a", "11");
        assertThat(client.socket.writes).as("long after the others").isEqualTo(2);
        replica.publish("a", "12");
        assertThat(client.socket.writes).as("as many as before").isEqualTo(3);
    }

    @Test
    void shouldNotHoldBackAnythingWhereItCostsNothing() {
        replica.publish("a", MANY);
        replica.publish("a", "11");
        assertThat(client.socket.writes).isEqualTo(2);
    }

    @Test
    void shouldNotWaitForATimerThatCanNotBeHad() {
        eachWriteTakes(20);
        replica.publish("a", MANY);
        replica.loop.whenScheduling(() -> {
            throw new OutOfMemoryError("not even for a timer");
        });
        replica.publish("a", "11");
        assertThat(client.socket.ids()).hasSize(11);
    }

    @Test
    void shouldGoOnWhenTheClockIsSet() {
        Gathering gathering = afterTenEventsThatTookTenMillis();
        assertThat(gathering.left(1)).isEqualTo(Gathering.MOST);
        replica.loop.beLate(Duration.ofHours(-1));
        assertThat(gathering.left(1)).isZero();
        replica.loop.beLate(Duration.ofHours(2));
        assertThat(gathering.left(1)).isZero();
    }

    private Gathering afterTenEventsThatTookTenMillis() {
        var gathering = new Gathering(replica.loop.clock());
        gathering.begin();
        replica.loop.beLate(Duration.ofMillis(10));
        gathering.end(10);
        return gathering;
    }
}
