/**
 * Connections below the level of requests, the same in all four services: how long a request may take to arrive, and what Vert.x has no
 * words for. What a request asks for is no business of this package.
 */
@NullMarked
package dev.sluice.identity.http;

import org.jspecify.annotations.NullMarked;
