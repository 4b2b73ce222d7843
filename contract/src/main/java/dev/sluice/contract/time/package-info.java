/** Which points in time count here, whoever names them. */
@NullMarked
package dev.sluice.contract.time;

import org.jspecify.annotations.NullMarked;
