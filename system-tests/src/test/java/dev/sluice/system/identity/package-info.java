/** Whose tokens are taken: those of a real Keycloak through all that happens to one, and those of several issuers at once. */
@NullMarked
package dev.sluice.system.identity;

import org.jspecify.annotations.NullMarked;
