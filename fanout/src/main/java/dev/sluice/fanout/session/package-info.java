/**
 * Connections and what they read: sessions, their subscriptions (each a cursor over the log, live or behind), and the event
 * loops that serve them. What a frame looks like and how a socket is written to are ports that the edges implement.
 *
 * <p>A {@link dev.sluice.fanout.session.Sessions} has a Loop for each event loop, with its Cohorts, a Wheel, a Gathering (when to hand
 * out) and Deliveries (who wants to know of it). A {@link
 * dev.sluice.fanout.session.Session} has an Outbox (what goes to the socket), Subscriptions, Vitals (how long it may live), a Pulse (how often
 * it says that it does) and an Ending. A Subscription comes of an Opening, which found its place, and has a Bookmark (where it stands), a Seat
 * while it is live (in a Cohort, or Alone), a Reader while it is behind, and a Voice (what it alone is told).
 *
 * <p>Words for a place in the log:
 * <table>
 *   <caption>One word for one thing</caption>
 *   <tr><td>sequence</td><td>the number of an event in this replica's memory</td></tr>
 *   <tr><td>offset</td><td>the number of a record in a partition</td></tr>
 *   <tr><td>frontier</td><td>for each partition the next offset, of who has read all before</td></tr>
 *   <tr><td>head, floor</td><td>sequence and frontier of where memory ends and begins</td></tr>
 *   <tr><td>cursor</td><td>a frontier, or the one partition of it that matters, as the client is told</td></tr>
 *   <tr><td>{@link dev.sluice.fanout.session.Start}</td><td>what a client asks for</td></tr>
 *   <tr><td>Needs</td><td>for each partition the next offset that a reader wants, and whether it wants any</td></tr>
 *   <tr><td>Beginning, Place</td><td>what was found for a Start: a sequence in memory, or Needs in Kafka</td></tr>
 *   <tr><td>Standing</td><td>how a reader says where it stands, as a cursor</td></tr>
 *   <tr><td>Lead</td><td>what a client has of a log that this replica has not read so far</td></tr>
 * </table>
 */
@NullMarked
package dev.sluice.fanout.session;

import org.jspecify.annotations.NullMarked;
