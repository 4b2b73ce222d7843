/** The same fan-out by the extensions' own ways, for the figures of ADR 1 and ADR 3. Without Kafka and without tokens, which favours it. */
@NullMarked
package dev.sluice.bench.extensions;

import org.jspecify.annotations.NullMarked;
