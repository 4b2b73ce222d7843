/** Positions that live on the server (acknowledged subscriptions): whose they are, and how they stand in Kafka. */
@NullMarked
package dev.sluice.contract.position;

import org.jspecify.annotations.NullMarked;
