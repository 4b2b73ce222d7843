/** What is found out about an edge, and what comes of it. */
@NullMarked
package dev.sluice.bench.measure;

import org.jspecify.annotations.NullMarked;
