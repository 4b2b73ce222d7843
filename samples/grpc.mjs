// The services by gRPC: clients made of the protos as they stand, and a token with each call.
import grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { fileURLToPath } from 'node:url';

const protos = fileURLToPath(new URL('../contract/src/main/proto', import.meta.url));
const { sluice } = grpc.loadPackageDefinition(
  loadSync(['sluice/v1/notification.proto', 'sluice/v1/publisher.proto'], { includeDirs: [protos], keepCase: true, longs: Number }),
);

export const notifications = (url) => new sluice.v1.NotificationService(new URL(url).host, grpc.credentials.createInsecure());
export const publisher = (url) => new sluice.v1.PublisherService(new URL(url).host, grpc.credentials.createInsecure());

export function bearer(token) {
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  return metadata;
}

/** Calls `once` for ever: it ends when its stream has, and is told how often nothing came of it. */
export async function again(once) {
  for (let wait = 250; ; wait = Math.min(2 * wait, 10_000)) {
    const worked = await once().catch((error) => console.error(error.message));
    if (worked) wait = 250;
    await new Promise((done) => setTimeout(done, wait * Math.random()));
  }
}
