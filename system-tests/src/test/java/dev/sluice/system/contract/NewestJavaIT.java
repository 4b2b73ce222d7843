package dev.sluice.system.contract;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.client.Connection;
import dev.sluice.client.NewEvent;
import dev.sluice.client.Received;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.NewestJava;
import dev.sluice.system.stack.Sluice;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The essentials on the newest Java that there is here; left out when these tests run on it anyway, or there is none. */
@Tag("full")
class NewestJavaIT {

    @Test
    void shouldServeEveryProtocol() {
        var javaHome = NewestJava.home();
        assumeTrue(javaHome.isPresent(), "no newer Java here");
        try (var sluice = new Sluice(
                Sluice.builder("newest-java").javaHome(javaHome.get()).start())) {
            var channel = "newest.java";
            Map<Protocol, Connection> connections = new EnumMap<>(Protocol.class);
            for (var protocol : Protocol.values()) {
                connections.put(protocol, sluice.subscribe(protocol, to(channel).filter("type = 'kept'")));
            }
            connections.values().forEach(Expect::started);
            sluice.producer().accepted(NewEvent.text(channel, "1").type("dropped"));
            var cursor = sluice.producer().accepted(NewEvent.text(channel, "2").type("kept"));
            sluice.producer().accepted(NewEvent.text(channel, "3").type("kept"));
            connections.forEach((protocol, connection) -> {
                assertThat(Expect.events(connection, 2))
                        .extracting(Received.Event::text)
                        .containsExactly("2", "3");
                connection.close();
                try (var resumed = sluice.subscribe(protocol, to(channel).cursor(cursor))) {
                    Expect.eventWith(resumed, "3");
                    assertThat(resumed.events()).hasSize(1);
                }
            });
        }
    }
}
