/**
 * The broker of the local stack: the main class of its process, and the question whether it answers.
 * Topics and records are not here; those are the publisher's and the tests' business.
 */
@NullMarked
package dev.sluice.local.kafka;

import org.jspecify.annotations.NullMarked;
