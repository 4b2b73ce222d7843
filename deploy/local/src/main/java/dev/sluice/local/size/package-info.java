/** How large a system has to be, reckoned from the figures of docs/operations.md, which are measured. Measures nothing itself. */
@NullMarked
package dev.sluice.local.size;

import org.jspecify.annotations.NullMarked;
