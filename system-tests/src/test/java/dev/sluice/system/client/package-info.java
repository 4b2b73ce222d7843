/**
 * What a client of Sluice sees, the same whatever the protocol: {@link dev.sluice.system.client.Connection} and what it
 * received. How each protocol does it is in the packages below; nothing of Sluice's own code is used there but the protos.
 */
@NullMarked
package dev.sluice.system.client;

import org.jspecify.annotations.NullMarked;
