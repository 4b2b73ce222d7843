/** Streams and their tokens: what happens when the token of a connection expires, on each protocol and however it came. */
@NullMarked
package dev.sluice.system.expiry;

import org.jspecify.annotations.NullMarked;
