/**
 * What has left memory, read from Kafka again: blocks of a partition, shared by all who need them, fetched by a few consumers. Who
 * reads them, and how that joins on to memory, is the session package's.
 */
@NullMarked
package dev.sluice.fanout.cold;

import org.jspecify.annotations.NullMarked;
