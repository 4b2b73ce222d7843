// The gateway is the SSE edge: the same events that the services exchange by gRPC.
import { connect } from './client/index.js';

const sluice = connect({ urls: await (await fetch('urls')).json(), token: async () => (await fetch('token?user=reader')).text(), transports: ['sse', 'poll'] });
sluice.subscribe({
  channels: 'orders.*',
  last: 20,
  onEvent: ({ type, data }) => {
    const line = document.createElement('li');
    line.textContent = type === 'order.placed' ? `${data.id} was ordered` : `${data.id} was shipped as ${data.parcel}`;
    document.getElementById('log').append(line);
  },
});
document.getElementById('order').onclick = () => fetch('orders', { method: 'POST' });
