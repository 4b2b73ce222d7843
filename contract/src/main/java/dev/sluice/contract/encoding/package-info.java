/** Encodings in which bytes have one form only. */
@NullMarked
package dev.sluice.contract.encoding;

import org.jspecify.annotations.NullMarked;
