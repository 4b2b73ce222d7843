/**
 * {@code ./sluice bench}: an edge against a bare Netty server that writes the same bytes, side by side in one run. It measures
 * fan-out to sockets; faults and exactness are the system tests' business.
 */
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
