/** Each {@code …Fuzz} is a target of Jazzer; those that need what only its package sees stand in that package. {@link FuzzTest} runs them. */
@NullMarked
package dev.sluice.fuzz;

import org.jspecify.annotations.NullMarked;
