/**
 * Who calls and what they may do, the same way in all four services: the OIDC token becomes a caller with permissions, and a
 * refusal becomes an answer. What it is asked for is each service's own.
 */
@NullMarked
package dev.sluice.identity;

import org.jspecify.annotations.NullMarked;
