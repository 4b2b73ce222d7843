package dev.sluice.system.log;

import static dev.sluice.client.SubscriptionRequest.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.Component;
import dev.sluice.system.client.Expect;
import dev.sluice.system.client.Protocol;
import dev.sluice.system.observe.Scrape;
import dev.sluice.system.stack.SharedSluice;
import dev.sluice.system.stack.Sluice;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A stranger's transaction that does not end: what stands behind it waits, and an operator sees that it does. */
@Tag("full")
@ExtendWith(SharedSluice.class)
class OpenTransactionIT {
    private final Sluice sluice;
    private final String channel = Sluice.unique("log.transactions");

    OpenTransactionIT(Sluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void shouldSayHowManyRecordsAreHeld() throws Exception {
        var config = Map.<String, Object>of(
                "bootstrap.servers", sluice.stack().kafka().bootstrapServers(), "transactional.id", channel);
        try (var connection = sluice.subscribe(Protocol.SSE, to(channel));
                var stranger = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            Expect.started(connection);
            stranger.initTransactions();
            stranger.beginTransaction();
            stranger.send(new ProducerRecord<>(Topic.NAME, channel, "in the transaction"))
                    .get();
            sluice.producer().text(channel, "behind it");
            Expect.until("that two records are held", () -> value("sluice_log_held") == 2);
            assertThat(value("sluice_log_lag")).isGreaterThanOrEqualTo(2);
            assertThat(connection.events()).isEmpty();
            stranger.commitTransaction();
            Expect.eventWith(connection, "in the transaction");
            Expect.eventWith(connection, "behind it");
            Expect.until("that nothing is held", () -> value("sluice_log_held") == 0 && value("sluice_log_lag") == 0);
        }
    }

    private double value(String meter) {
        return Scrape.of(sluice.url(Component.SSE_EDGE)).sum(meter, "");
    }
}
