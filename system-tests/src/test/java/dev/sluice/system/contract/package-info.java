/**
 * What every protocol has to do alike, written once: docs/clients.md and docs/producers.md as tests. What only one protocol has
 * stands in the tests that are named after it.
 */
@NullMarked
package dev.sluice.system.contract;

import org.jspecify.annotations.NullMarked;
