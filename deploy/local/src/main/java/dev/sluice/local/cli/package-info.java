/**
 * What a person types: {@code ./sluice up}, {@code token}, {@code status}, {@code logs}, {@code listen}, and what is printed.
 * Starting and stopping itself is not here, since the system tests do that too, without a terminal.
 */
@NullMarked
package dev.sluice.local.cli;

import org.jspecify.annotations.NullMarked;
