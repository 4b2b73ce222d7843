/**
 * How tests ask the clients of {@code dev.sluice.client}: every way to subscribe in one table ({@link
 * dev.sluice.system.client.Protocol}), waiting with {@link dev.sluice.system.client.Expect}, and connections that send what no
 * client sends.
 */
@NullMarked
package dev.sluice.system.client;

import org.jspecify.annotations.NullMarked;
