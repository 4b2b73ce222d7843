/** What operators see: health and metrics. */
@NullMarked
package dev.sluice.system.observe;

import org.jspecify.annotations.NullMarked;
