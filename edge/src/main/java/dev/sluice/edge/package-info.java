/**
 * What the three edges share around the engine. An edge itself is the handshake and the frames of its protocol; nothing here
 * knows which protocol that is.
 */
@NullMarked
package dev.sluice.edge;

import org.jspecify.annotations.NullMarked;
