/**
 * The vocabulary that producers, the publisher and the edges share: event, channel, cursor, filter, reasons.
 * No Kafka client is opened here, no socket, and nothing is injected.
 */
@NullMarked
package dev.sluice.contract;

import org.jspecify.annotations.NullMarked;
