/** The event inside Sluice, and its CloudEvents forms over HTTP, in JSON and in Kafka. No transport lives here. */
@NullMarked
package dev.sluice.contract.event;

import org.jspecify.annotations.NullMarked;
