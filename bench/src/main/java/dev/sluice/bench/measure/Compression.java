package dev.sluice.bench.measure;

import dev.sluice.bench.load.Listening;
import dev.sluice.bench.server.EdgeUnderTest;
import dev.sluice.bench.server.Server;
import java.io.IOException;
import java.util.Random;

/**
 * What a delivery costs the edge to clients that take it compressed, beside clients that do not: events of {@value #BYTES} bytes of text
 * that becomes shorter.
 */
final class Compression implements Measure {
    private static final int BYTES = 500;
    private static final String[] WORDS = {
        "order", "shipped", "status", "customer", "total", "item", "price", "warehouse", "delivery", "invoice", "paid",
                "open",
        "returned", "created", "updated", "amount", "street", "city", "parcel", "tracking", "basket", "discount",
                "currency", "tax"
    };

    @Override
    public void take(Contest contest, Figures.Of figures) throws IOException, InterruptedException {
        Settings settings = contest.settings();
        // The same in each run; each text is another.
        var random = new Random(1);
        for (int round = -settings.warmup(); round < settings.rounds(); round++) {
            double plain = micros(contest, Listening.to(Server.CHANNEL), random);
            double compressed = micros(contest, Listening.to(Server.CHANNEL).compressed(), random);
            if (round >= 0) {
                figures.add("plain.cpuMicros", plain);
                figures.add("compressed.cpuMicros", compressed);
                figures.add("compressed.ratio", compressed / plain);
            }
        }
    }

    private static double micros(Contest contest, Listening wanted, Random random)
            throws IOException, InterruptedException {
        EdgeUnderTest edge = contest.edge();
        int clients = contest.settings().clients();
        return Quiet.cost(
                        contest,
                        edge,
                        clients,
                        Spread.DELIVERIES_PER_SECOND / clients,
                        client -> wanted,
                        () -> edge.send(Server.CHANNEL, text(random)))
                .cpuMicros();
    }

    /** Words and numbers: it becomes about half as long. */
    private static String text(Random random) {
        var text = new StringBuilder();
        while (text.length() < BYTES) {
            text.append(WORDS[random.nextInt(WORDS.length)])
                    .append(": ")
                    .append(random.nextInt(10_000))
                    .append(", ");
        }
        return text.substring(0, BYTES);
    }
}
