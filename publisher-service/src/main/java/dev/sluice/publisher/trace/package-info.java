/** Traces of what is published. */
@NullMarked
package dev.sluice.publisher.trace;

import org.jspecify.annotations.NullMarked;
