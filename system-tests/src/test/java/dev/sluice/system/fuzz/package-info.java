/**
 * Spoilt requests, frames and messages against the running services, by the thousand, while others are served. What can be said of a
 * single bad request is in {@code badinput}; the parsers alone are in the module {@code fuzz}.
 */
@NullMarked
package dev.sluice.system.fuzz;

import org.jspecify.annotations.NullMarked;
