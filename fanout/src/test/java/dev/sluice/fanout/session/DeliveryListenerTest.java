package dev.sluice.fanout.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeliveryListenerTest {
    private final Replica replica = new Replica(4);

    @Test
    void shouldHearOfEachEventThatItWantsAndHowManyGotIt() {
        replica.connect().live("a");
        replica.connect().subscribe("one", new Start.Live(), "a").subscribe("all", new Start.Live(), "**");
        replica.heard.want("t");
        replica.publish("a", "1", "t2", "3").publish("b", "t4");

        assertThat(replica.heard.lines()).containsExactly("t2 to 3", "t4 to 1");
    }

    @Test
    void shouldNotHearOfWhatNobodyWasListeningFor() {
        replica.connect().live("a");
        replica.heard.want("t");
        replica.publish("b", "t1").publish("a", "t2");

        assertThat(replica.heard.lines()).containsExactly("t2 to 1");
    }
}
