package dev.sluice.contract.cursor;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * What ties a cursor to the topic that it was taken from: a hash of the topic's name, and a hash of the id that Kafka gave
 * this incarnation of it. Another name makes a cursor foreign; another incarnation means that the topic was deleted and made
 * anew, so that the position is gone. Immutable.
 *
 * @param name 24 bits
 * @param incarnation 16 bits
 */
public record TopicBinding(int name, int incarnation) {
    static final int NAME_BYTES = 3;
    static final int INCARNATION_BYTES = 2;

    /** @param topicId the id of the topic as Kafka prints it ({@code org.apache.kafka.common.Uuid#toString()}) */
    public static TopicBinding of(String topic, String topicId) {
        return new TopicBinding(hash(topic) & 0xFF_FFFF, hash(topicId) & 0xFFFF);
    }

    private static int hash(String text) {
        var crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }
}
