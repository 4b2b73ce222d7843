/**
 * The log as a replica sees it: the tail that reads all of Kafka's partitions, and the recent part in memory that readers
 * move over. Who reads, and what for, is not known here.
 */
@NullMarked
package dev.sluice.fanout.log;

import org.jspecify.annotations.NullMarked;
