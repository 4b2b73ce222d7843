/** The console's page where no local stack serves it: static files and where everything is. What one signs in with is the issuer's. */
@NullMarked
package dev.sluice.sse.console;

import org.jspecify.annotations.NullMarked;
