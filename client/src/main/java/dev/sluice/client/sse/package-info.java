/** What the SSE edge offers: event streams, NDJSON, and the long poll. */
@NullMarked
package dev.sluice.client.sse;

import org.jspecify.annotations.NullMarked;
