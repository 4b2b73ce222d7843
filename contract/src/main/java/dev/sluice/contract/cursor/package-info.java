/** Positions in the log: what a cursor holds, and its one strict textual form. */
@NullMarked
package dev.sluice.contract.cursor;

import org.jspecify.annotations.NullMarked;
