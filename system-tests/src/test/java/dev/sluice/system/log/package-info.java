/** The topic, read and written by other people's tools. */
@NullMarked
package dev.sluice.system.log;

import org.jspecify.annotations.NullMarked;
