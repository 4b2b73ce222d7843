/** Many operations over one connection: what WebSocket and gRPC Connect have in common. How a message is written is a dialect's business. */
@NullMarked
package dev.sluice.edge.conversation;

import org.jspecify.annotations.NullMarked;
