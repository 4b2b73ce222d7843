package dev.sluice.system.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Connection;
import dev.sluice.client.Received;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.local.Service;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Innocent clients, one of each protocol, who are there before the first bad request and get their event after the last one, from
 * the same processes and over the same connection.
 */
final class Bystanders implements BeforeAllCallback, AfterAllCallback {

    private static final Namespace NAMESPACE = Namespace.create(Bystanders.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        var sluice = SharedSluice.of(context);
        var channel = Sluice.unique("public.bystanders");
        var connections = new EnumMap<Protocol, Connection>(Protocol.class);
        for (var protocol : Protocol.MAIN) {
            connections.put(
                    protocol,
                    protocol.subscribe(
                            sluice.url(protocol.edge()), sluice.token("bystander"), SubscriptionRequest.to(channel)));
        }
        connections.values().forEach(Expect::started);
        context.getStore(NAMESPACE).put(Watch.class, new Watch(sluice, channel, connections, processes(sluice)));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        var watch = context.getStore(NAMESPACE).remove(Watch.class, Watch.class);
        if (watch != null) {
            watch.verify();
        }
    }

    private static List<Long> processes(Sluice sluice) {
        return sluice.stack().services().stream().map(Service::pid).toList();
    }

    private record Watch(Sluice sluice, String channel, Map<Protocol, Connection> connections, List<Long> processes) {

        void verify() {
            assertThat(Bystanders.processes(sluice)).isEqualTo(processes);
            assertThat(sluice.stack().services()).allMatch(Service::isReady);
            sluice.producer().text(channel, "still there?");
            connections.forEach((protocol, connection) -> {
                Expect.eventWith(connection, "still there?");
                assertThat(connection.events()).extracting(Received.Event::text).containsExactly("still there?");
                connection.close();
            });
        }
    }
}
