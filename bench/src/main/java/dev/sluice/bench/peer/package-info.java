/**
 * Servers of others that do what an edge does, as their own pages say to use them; where each is had from, and how it is started.
 * None of them is part of Sluice.
 */
@NullMarked
package dev.sluice.bench.peer;

import org.jspecify.annotations.NullMarked;
