/** The proxies that stand in front of us, with the configurations of {@code deploy/proxies}: what gets through them, protocol by protocol. */
@NullMarked
package dev.sluice.system.proxy;

import org.jspecify.annotations.NullMarked;
