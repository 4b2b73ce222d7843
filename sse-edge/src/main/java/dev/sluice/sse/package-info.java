/** The SSE edge: Server-Sent Events, NDJSON and long poll over one engine. A thin adapter: handshake, frames, endings. */
@NullMarked
package dev.sluice.sse;

import org.jspecify.annotations.NullMarked;
