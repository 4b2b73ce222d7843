/** What is measured, and what is asked of its process. */
@NullMarked
package dev.sluice.bench.server;

import org.jspecify.annotations.NullMarked;
