/** The trace that an event carries with it. */
@NullMarked
package dev.sluice.contract.trace;

import org.jspecify.annotations.NullMarked;
