/** What a browser needs besides: it can't set headers on an {@code EventSource} or a {@code WebSocket}, and it comes from a page that may be anybody's. */
@NullMarked
package dev.sluice.edge.browser;

import org.jspecify.annotations.NullMarked;
