/** What breaks, on systems of their own: nothing that was acknowledged is lost, and nobody hears anything twice. */
@NullMarked
package dev.sluice.system.fault;

import org.jspecify.annotations.NullMarked;
