/** Who may subscribe and publish where: patterns granted by rules and by the token. Nothing granted means nothing allowed. */
@NullMarked
package dev.sluice.identity.permission;

import org.jspecify.annotations.NullMarked;
