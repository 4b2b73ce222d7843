/** {@code GET /v1/ws} in its three subprotocols. */
@NullMarked
package dev.sluice.client.websocket;

import org.jspecify.annotations.NullMarked;
