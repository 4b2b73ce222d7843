/** The system under test: real processes, started by the launcher of {@code ./sluice up}. */
@NullMarked
package dev.sluice.system.stack;

import org.jspecify.annotations.NullMarked;
