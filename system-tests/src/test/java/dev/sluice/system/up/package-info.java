/** {@code ./sluice} as a person uses it: a process, its output, Ctrl-C. On the default ports. */
@NullMarked
package dev.sluice.system.up;

import org.jspecify.annotations.NullMarked;
