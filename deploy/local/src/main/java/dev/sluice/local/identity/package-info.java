/**
 * The OIDC provider of the local stack: the main class of its process, and how to get a token of any shape from it.
 * Whoever can reach its loopback port can be anybody, so it never belongs in a deployment.
 */
@NullMarked
package dev.sluice.local.identity;

import org.jspecify.annotations.NullMarked;
