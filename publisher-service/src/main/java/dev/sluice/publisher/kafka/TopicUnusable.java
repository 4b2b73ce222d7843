package dev.sluice.publisher.kafka;

/** Kafka answers, and the topic can't be used: somebody has to change Kafka or the configuration. The message says what. */
final class TopicUnusable extends Exception {
    private static final long serialVersionUID = 1L;

    TopicUnusable(String message, Throwable cause) {
        super(message, cause);
    }
}
