/** Thousands of event streams at once, on plain sockets: for what one connection each with all its comfort would cost too much. */
@NullMarked
package dev.sluice.system.client.crowd;

import org.jspecify.annotations.NullMarked;
