/** What pages in a browser need: tickets, cookies, tokens in the subprotocol, origins; and a real Chromium. */
@NullMarked
package dev.sluice.system.browser;

import org.jspecify.annotations.NullMarked;
