/**
 * What a client of Sluice sees, the same whatever the protocol: {@link dev.sluice.client.Connection} and what it received. How each
 * protocol does it is in the packages below; nothing of Sluice's own code is used there but the protos. They neither reconnect nor
 * resume: they show what comes. {@code ./sluice listen} and the system tests use them.
 */
@NullMarked
package dev.sluice.client;

import org.jspecify.annotations.NullMarked;
