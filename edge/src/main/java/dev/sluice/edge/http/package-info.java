/** What the edges need of Vert.x HTTP: who calls, refusals, and a response as the engine's outlet. No protocol lives here. */
@NullMarked
package dev.sluice.edge.http;

import org.jspecify.annotations.NullMarked;
