/** The samples, each as its user runs it. */
@NullMarked
package dev.sluice.system.sample;

import org.jspecify.annotations.NullMarked;
