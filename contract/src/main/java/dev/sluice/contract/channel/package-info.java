/** Where an event is published and what a client subscribes to: channels, patterns, and what matches what. */
@NullMarked
package dev.sluice.contract.channel;

import org.jspecify.annotations.NullMarked;
