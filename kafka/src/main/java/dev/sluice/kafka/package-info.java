/**
 * How Kafka is read, whoever does: the settings of a consumer that belongs to no group, a thread that does not die without a word, and a
 * small topic read from its begin; and the sign-in whose name and password stand in the environment.
 */
@NullMarked
package dev.sluice.kafka;

import org.jspecify.annotations.NullMarked;
