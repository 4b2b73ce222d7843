package dev.sluice.system.load;

import dev.sluice.client.Connection;
import dev.sluice.client.SubscriptionRequest;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.stack.Sluice;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * One client of many.
 *
 * @param channels those whose events it has to get
 */
record Audience(String name, Connection connection, Set<String> channels) {

    private static final int EXACT = 10;

    /** Clients of one protocol on both replicas: exact channels, patterns, and a mixture that overlaps. */
    static List<Audience> of(Sluice sluice, Protocol protocol, int clients, Hall hall) {
        var random = new Random(protocol.ordinal());
        var token = sluice.admin();
        var audience = new ArrayList<Audience>();
        for (var i = 0; i < clients; i++) {
            List<String> wanted = new ArrayList<>();
            Set<String> channels = new LinkedHashSet<>();
            switch (i % 5) {
                case 0, 1 -> exact(random, hall, wanted, channels);
                case 2, 3 -> row(random, hall, wanted, channels);
                default -> {
                    exact(random, hall, wanted, channels);
                    row(random, hall, wanted, channels);
                    column(random, hall, wanted, channels);
                    if (i % 25 == 4) {
                        wanted.add(hall.name() + ".**");
                        channels.addAll(hall.channels());
                    }
                }
            }
            var edge = sluice.url(protocol.edge(), i % 2);
            var connection = protocol.subscribe(edge, token, SubscriptionRequest.to(wanted));
            audience.add(new Audience(protocol + " client " + i + " of " + wanted, connection, channels));
        }
        return audience;
    }

    private static void exact(Random random, Hall hall, List<String> wanted, Set<String> channels) {
        for (var i = 0; i < EXACT; i++) {
            var channel = hall.channel(random.nextInt(hall.rows()), random.nextInt(hall.columns()));
            wanted.add(channel);
            channels.add(channel);
        }
    }

    private static void row(Random random, Hall hall, List<String> wanted, Set<String> channels) {
        var row = random.nextInt(hall.rows());
        wanted.add(hall.name() + ".r" + row + ".*");
        for (var column = 0; column < hall.columns(); column++) {
            channels.add(hall.channel(row, column));
        }
    }

    private static void column(Random random, Hall hall, List<String> wanted, Set<String> channels) {
        var column = random.nextInt(hall.columns());
        wanted.add(hall.name() + ".*.c" + column);
        for (var row = 0; row < hall.rows(); row++) {
            channels.add(hall.channel(row, column));
        }
    }

    /** How many events it has to get when each channel has that many. */
    int expected(int eventsPerChannel) {
        return channels.size() * eventsPerChannel;
    }
}
