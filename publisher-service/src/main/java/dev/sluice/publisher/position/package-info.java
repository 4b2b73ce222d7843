/** How many names of acknowledged subscriptions a user may have, decided once for all edges. What a position is, is the contract's. */
@NullMarked
package dev.sluice.publisher.position;

import org.jspecify.annotations.NullMarked;
