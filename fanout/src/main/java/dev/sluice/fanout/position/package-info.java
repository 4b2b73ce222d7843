/**
 * The positions of acknowledged subscriptions: what this replica has read of their topic, who holds which name here, and the way of
 * an acknowledgement to the publisher.
 */
@NullMarked
package dev.sluice.fanout.position;

import org.jspecify.annotations.NullMarked;
