package dev.sluice.fanout.position;

import dev.sluice.contract.position.Positions;
import dev.sluice.kafka.TopicReader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Reads the compacted topic of positions into the book. While it can't be read acknowledged subscriptions can't begin; all others can.
 */
public final class PositionTail implements TopicReader.Listener {
    private static final Logger LOG = Logger.getLogger(PositionTail.class);

    private final String topic;
    private final PositionBook book;

    public PositionTail(String topic, PositionBook book) {
        this.topic = topic;
        this.book = book;
    }

    @Override
    public void reading(int partitions) {
        LOG.infof("Reading topic '%s' (%d partitions)", topic, partitions);
    }

    @Override
    public void read(ConsumerRecord<byte[], byte[]> record) {
        Positions.read(record).ifPresent(book::apply);
    }

    @Override
    public void caughtUp() {
        // A position that is not there yet is asked for again when it comes.
        LOG.debugf("Topic '%s' is read", topic);
    }

    @Override
    public void missing() {
        LOG.infof("Topic '%s' is not there; no acknowledged subscriptions until it is", topic);
    }

    @Override
    public void failing(KafkaException why) {
        LOG.warnf("Topic '%s' can't be read now; trying on: %s", topic, why);
    }

    @Override
    public void madeAnew(String why) {
        LOG.errorf("The topic of positions is no longer the one that it was; reading it anew: %s", why);
        book.clear();
    }
}
