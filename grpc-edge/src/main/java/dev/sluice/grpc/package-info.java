/**
 * The gRPC edge: gRPC and gRPC-Web on one port. Calls of the notification service are served at the level of HTTP, where one
 * code does for both; reflection and health are quarkus-grpc's.
 */
@NullMarked
package dev.sluice.grpc;

import org.jspecify.annotations.NullMarked;
