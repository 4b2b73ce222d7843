/** Tokens that are taken back before they expire, and how that stands in Kafka. */
@NullMarked
package dev.sluice.contract.revocation;

import org.jspecify.annotations.NullMarked;
