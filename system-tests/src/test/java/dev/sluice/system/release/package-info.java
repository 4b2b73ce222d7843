/** The contract of the last release against that of today: what somebody's client relies on is still there. */
@NullMarked
package dev.sluice.system.release;

import org.jspecify.annotations.NullMarked;
