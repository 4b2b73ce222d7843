/**
 * The log as the publisher sees it: the topic, the producer, and whether Kafka answers. What an event looks like in a record is the
 * contract's.
 */
@NullMarked
package dev.sluice.publisher.kafka;

import org.jspecify.annotations.NullMarked;
