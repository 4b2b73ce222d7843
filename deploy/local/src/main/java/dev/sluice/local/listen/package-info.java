/**
 * A tiny client of each protocol, so that a machine with nothing but a JDK can watch events arrive.
 * It neither reconnects nor resumes; it shows what comes, one line each.
 */
@NullMarked
package dev.sluice.local.listen;

import org.jspecify.annotations.NullMarked;
