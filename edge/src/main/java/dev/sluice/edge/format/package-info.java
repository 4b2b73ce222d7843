/** Encodings of events and control messages that several protocols share. Framing is each edge's own. */
@NullMarked
package dev.sluice.edge.format;

import org.jspecify.annotations.NullMarked;
