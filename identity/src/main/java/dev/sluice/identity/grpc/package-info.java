/** What is the same in each service that takes calls of gRPC, and that Quarkus does otherwise than gRPC has it. */
@NullMarked
package dev.sluice.identity.grpc;

import org.jspecify.annotations.NullMarked;
