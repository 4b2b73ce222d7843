/**
 * The real Keycloak as the identity provider of a local stack: where its distribution is and how it is started, and how to get
 * tokens of the example realm's users.
 */
@NullMarked
package dev.sluice.local.keycloak;

import org.jspecify.annotations.NullMarked;
