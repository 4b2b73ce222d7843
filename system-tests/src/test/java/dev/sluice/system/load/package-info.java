/** Many clients, and slow ones. */
@NullMarked
package dev.sluice.system.load;

import org.jspecify.annotations.NullMarked;
