/** How Kafka is read, whoever does. */
@NullMarked
package dev.sluice.contract.kafka;

import org.jspecify.annotations.NullMarked;
