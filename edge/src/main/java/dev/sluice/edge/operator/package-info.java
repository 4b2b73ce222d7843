/** What an operator asks an edge, on a port of its own that clients never reach. */
@NullMarked
package dev.sluice.edge.operator;

import org.jspecify.annotations.NullMarked;
