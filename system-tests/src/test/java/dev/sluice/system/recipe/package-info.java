/** The pages of {@code docs/recipes}: what stands there is what is run. */
@NullMarked
package dev.sluice.system.recipe;

import org.jspecify.annotations.NullMarked;
