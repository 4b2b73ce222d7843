/** What an edge is measured against: Netty and nothing else, writing bytes that were encoded before. Not a server to use. */
@NullMarked
package dev.sluice.bench.reference;

import org.jspecify.annotations.NullMarked;
