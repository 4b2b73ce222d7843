/**
 * What clients and producers get wrong: each mistake has the clear answer of its protocol, naming the field, and nobody else
 * notices, see {@link dev.sluice.system.badinput.Bystanders}.
 */
@NullMarked
package dev.sluice.system.badinput;

import org.jspecify.annotations.NullMarked;
