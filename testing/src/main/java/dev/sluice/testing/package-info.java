/**
 * What the tests of all modules share: where their chance begins, and the rule that packages form no cycle. On test class paths only;
 * what knows a service or a protocol is not here.
 */
@NullMarked
package dev.sluice.testing;

import org.jspecify.annotations.NullMarked;
