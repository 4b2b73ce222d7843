/** The example calls of the comparison that Sluice grew out of, as they would be written against it. */
@NullMarked
package dev.sluice.system.seed;

import org.jspecify.annotations.NullMarked;
