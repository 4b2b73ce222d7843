/** An edge that is told to end: its clients are let go one after the other, and nobody loses anything. */
@NullMarked
package dev.sluice.system.drain;

import org.jspecify.annotations.NullMarked;
