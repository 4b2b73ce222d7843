/** The WebSocket edge: the handshake, the three subprotocols, and frames written straight to the socket. */
@NullMarked
package dev.sluice.ws;

import org.jspecify.annotations.NullMarked;
