// gRPC inside, SSE out. Two services that know each other by events alone: orders publishes what was ordered, shipping listens and publishes
// what was shipped. The page sees both, and none of the services has a line of code for it.
import { randomUUID } from 'node:crypto';
import { again, bearer, notifications, publisher } from '../grpc.mjs';

export function start({ urls, token }) {
  const events = notifications(urls.grpc);
  const log = publisher(urls.publish);

  const publish = async (service, channel, type, data) => {
    const event = { channel, id: randomUUID(), type, content_type: 'application/json', payload: Buffer.from(JSON.stringify(data)) };
    const metadata = bearer(await token(service));
    return new Promise((done, failed) => log.Publish(event, metadata, { deadline: Date.now() + 15_000 }, (error, receipt) => (error ? failed(error) : done(receipt))));
  };

  let cursor = '';
  async function ship() {
    const call = events.StreamUpdates({ channels: ['orders.*'], filter: "type = 'order.placed'", cursor }, bearer(await token('shipping')));
    let worked = false;
    try {
      for await (const event of call) {
        if (event.type === 'order.placed') {
          const order = JSON.parse(event.payload);
          await publish('shipping', event.channel, 'order.shipped', { id: order.id, parcel: `P-${order.id}` });
        }
        cursor = event.cursor || cursor;
        worked = true;
      }
    } finally {
      call.cancel();
    }
    return worked;
  }
  again(ship);

  return {
    async handle(request, response, path) {
      if (path !== '/orders' || request.method !== 'POST') return false;
      const id = randomUUID().slice(0, 8);
      await publish('orders', `orders.${id}`, 'order.placed', { id });
      response.writeHead(201, { 'Content-Type': 'application/json' }).end(JSON.stringify({ id }));
      return true;
    },
  };
}
