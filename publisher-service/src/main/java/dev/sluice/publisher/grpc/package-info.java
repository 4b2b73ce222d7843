/** Publishing over gRPC: one event a call, or many on a stream with a receipt each. What a request means is the contract's. */
@NullMarked
package dev.sluice.publisher.grpc;

import org.jspecify.annotations.NullMarked;
