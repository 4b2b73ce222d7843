/**
 * The way of one event from a producer to the log: who may publish, what it becomes, what is counted. How producers speak lives in
 * {@code http} and {@code grpc}, how the log is written in {@code kafka}.
 */
@NullMarked
package dev.sluice.publisher;

import org.jspecify.annotations.NullMarked;
