/** Publishing on behalf of a client, through the publisher service, which alone writes to Kafka. */
@NullMarked
package dev.sluice.edge.publish;

import org.jspecify.annotations.NullMarked;
