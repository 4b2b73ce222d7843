package dev.sluice.system.contract;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Connection;
import dev.sluice.client.NewEvent;
import dev.sluice.client.Received;
import dev.sluice.client.http.Producer;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedSluice.class)
class ReplicasIT {

    private final Sluice sluice;

    ReplicasIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void shouldDeliverEveryEventOnEachReplicaOfEachEdgeWithTheSameCursors() {
        var channel = Sluice.unique("replicas");
        List<Connection> connections = new ArrayList<>();
        try {
            for (var protocol : Protocol.values()) {
                for (var replica = 0; replica < 2; replica++) {
                    connections.add(sluice.subscribe(protocol, replica, to(channel)));
                }
            }
            connections.forEach(Expect::started);
            Producer producer = sluice.producer();
            var cursors = new ArrayList<String>();
            var texts = new ArrayList<String>();
            for (var i = 0; i < 100; i++) {
                texts.add("event " + i);
                cursors.add(producer.accepted(NewEvent.text(channel, "event " + i)));
            }
            for (var connection : connections) {
                var events = Expect.events(connection, texts.size());
                assertThat(events).extracting(Received.Event::text).containsExactlyElementsOf(texts);
                assertThat(events).extracting(Received.Event::cursor).containsExactlyElementsOf(cursors);
            }
        } finally {
            connections.forEach(Connection::close);
        }
    }
}
