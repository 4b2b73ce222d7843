/** Each limit of docs/operators.md: hit, refused clearly, counted, and nobody else hears of it. */
@NullMarked
package dev.sluice.system.limit;

import org.jspecify.annotations.NullMarked;
