/** What has left an edge's memory and is read from Kafka again: resumed exactly, shared by many, told as a gap where it is gone. */
@NullMarked
package dev.sluice.system.cold;

import org.jspecify.annotations.NullMarked;
