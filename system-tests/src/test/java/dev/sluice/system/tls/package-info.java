/** TLS at the edges themselves, where nothing in front ends it. */
@NullMarked
package dev.sluice.system.tls;

import org.jspecify.annotations.NullMarked;
