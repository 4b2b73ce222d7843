/** The life of the engine inside Quarkus: its configuration, start, stop and readiness. What the engine does is fanout's. */
@NullMarked
package dev.sluice.edge.engine;

import org.jspecify.annotations.NullMarked;
