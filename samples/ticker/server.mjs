// Somebody who quotes prices: ten a second, each pair on a channel of its own.
import { connect } from '../../clients/js/src/index.js';

export function start({ urls, token }) {
  const sluice = connect({ urls: { publish: urls.publish, sse: urls.sse }, token: () => token('quotes'), transports: ['sse'] });
  const prices = { 'eur-usd': 1.0842, 'gbp-usd': 1.2671, 'usd-chf': 0.8815, 'usd-jpy': 151.32 };
  const pairs = Object.keys(prices);
  let next = 0;
  setInterval(() => {
    const pair = pairs[next++ % pairs.length];
    prices[pair] *= 1 + (Math.random() - 0.5) / 500;
    sluice.publish(`prices.${pair}`, { pair, price: prices[pair] }).catch((error) => console.error(`not quoted: ${error.message}`));
  }, 100);
}
