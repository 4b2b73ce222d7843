/** How much clients may ask of an edge. What happens to who asks for more is said where he asks. */
@NullMarked
package dev.sluice.edge.limit;

import org.jspecify.annotations.NullMarked;
