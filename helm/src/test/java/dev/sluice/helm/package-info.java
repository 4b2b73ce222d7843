/** What the chart in {@code helm/sluice} makes of values, rendered by a real Helm. Nothing here needs a cluster. */
@NullMarked
package dev.sluice.helm;

import org.jspecify.annotations.NullMarked;
