/** The messages of notification.proto, as the engine and conversations speak them. What carries them over a socket is each edge's own. */
@NullMarked
package dev.sluice.edge.proto;

import org.jspecify.annotations.NullMarked;
