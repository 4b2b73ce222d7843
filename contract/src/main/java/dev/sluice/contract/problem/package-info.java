/** Why something was refused, as a value: a closed list of reasons and what each is called on each protocol. */
@NullMarked
package dev.sluice.contract.problem;

import org.jspecify.annotations.NullMarked;
