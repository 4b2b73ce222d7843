/**
 * Connections and what they read: sessions, their subscriptions (each a cursor over the log, live or behind), and the event
 * loops that serve them. What a frame looks like and how a socket is written to are ports that the edges implement.
 */
@NullMarked
package dev.sluice.fanout.session;

import org.jspecify.annotations.NullMarked;
