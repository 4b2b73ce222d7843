/**
 * The engine: one tail over the log, a recent part of it in memory, and thousands of cursors moving over it on the event
 * loops of an edge. {@link dev.sluice.fanout.Fanout} is the door; there is no protocol here, no CDI, no Quarkus.
 */
@NullMarked
package dev.sluice.fanout;

import org.jspecify.annotations.NullMarked;
