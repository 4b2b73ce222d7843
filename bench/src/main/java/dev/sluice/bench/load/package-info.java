/** The clients of the bench: many raw connections on one event loop, that count and do as little else as possible. */
@NullMarked
package dev.sluice.bench.load;

import org.jspecify.annotations.NullMarked;
