/** Clients and proxies that nobody here wrote, from their registries, against the real services. */
@NullMarked
package dev.sluice.system.standard;

import org.jspecify.annotations.NullMarked;
