/** {@code sluice.v1.NotificationService} with the generated stubs, and gRPC-Web by hand. */
@NullMarked
package dev.sluice.client.grpc;

import org.jspecify.annotations.NullMarked;
