/**
 * What breaks, on systems of their own: nothing that was acknowledged is lost, and nobody hears anything twice. The checker uses nothing of the
 * engine: it compares what producers had acknowledged with what clients got.
 */
@NullMarked
package dev.sluice.system.fault;

import org.jspecify.annotations.NullMarked;
