package dev.sluice.publisher.kafka;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jboss.logging.Logger;

/** A topic besides the log. Whatever is wrong with it, events go on. On the thread of the watch only. */
final class SideTopic {
    private static final Logger LOG = Logger.getLogger(SideTopic.class);

    private final WantedTopic wanted;
    private final Topic topic;
    private final String without;
    private String complaint = "";

    /** @param without what there is not, as long as it can't be used */
    SideTopic(WantedTopic wanted, String without) {
        this.wanted = wanted;
        this.topic = new Topic(wanted);
        this.without = without;
    }

    /** How many partitions can be written to; 0 while it can't be used. */
    int partitions(Admin admin, Producer<String, byte[]> ready) {
        try {
            int found = topic.find(admin).partitions();
            int known = partitions(ready, wanted.name());
            complaint = "";
            return Math.min(found, known);
        } catch (TopicUnusable | KafkaException unusable) {
            String why = String.valueOf(unusable.getMessage());
            if (!why.equals(complaint)) {
                LOG.warnf("There are no %s: %s", without, why);
                complaint = why;
            }
            return 0;
        }
    }

    /** Asking also keeps the producer from forgetting the topic while nobody publishes; 0 when it does not know yet. */
    static int partitions(Producer<String, byte[]> ready, String name) {
        try {
            return ready.partitionsFor(name).size();
        } catch (TimeoutException notYet) {
            return 0;
        }
    }
}
