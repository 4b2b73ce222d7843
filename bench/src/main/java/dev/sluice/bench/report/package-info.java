/** Figures as people read them. */
@NullMarked
package dev.sluice.bench.report;

import org.jspecify.annotations.NullMarked;
