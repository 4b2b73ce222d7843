/**
 * How Kafka is read, whoever does: the settings of a consumer that belongs to no group, a thread that does not die without a word, and a
 * small topic read from its begin.
 */
@NullMarked
package dev.sluice.kafka;

import org.jspecify.annotations.NullMarked;
