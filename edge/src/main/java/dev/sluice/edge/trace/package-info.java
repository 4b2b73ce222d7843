/** Traces of what is delivered. */
@NullMarked
package dev.sluice.edge.trace;

import org.jspecify.annotations.NullMarked;
