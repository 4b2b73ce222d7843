/**
 * The whole system as separate processes on this machine: which parts there are, how each is started, and in which order.
 * How an operating-system process is held and ended is not here (see {@code process}), nor what a person types (see
 * {@code cli}).
 */
@NullMarked
package dev.sluice.local;

import org.jspecify.annotations.NullMarked;
