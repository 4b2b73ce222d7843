/** What surrounds a service that {@code @QuarkusTest} runs in the JVM of its tests. Quarkus' part of it is the tests' own: it is not on the class path of {@code ./sluice}. */
@NullMarked
package dev.sluice.local.quarkus;

import org.jspecify.annotations.NullMarked;
