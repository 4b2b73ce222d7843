package dev.sluice.local;

import java.time.Duration;

/**
 * How long to wait for a process.
 *
 * @param start until it is ready; then its start has failed
 * @param stop until it has ended after SIGTERM; then it is killed
 */
record Deadlines(Duration start, Duration stop) {}
