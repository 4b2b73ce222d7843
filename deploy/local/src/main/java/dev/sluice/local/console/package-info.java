/**
 * The console of {@code ./sluice up}: serves the page in {@code console/} and does for it what a page can't, on the loopback address alone.
 */
@NullMarked
package dev.sluice.local.console;

import org.jspecify.annotations.NullMarked;
