// overflow=latest: a page that can't keep up is not told everything that it missed, only where each price is now.
import { connect } from './client/index.js';

const POINTS = 60;
const sluice = connect({ urls: await (await fetch('urls')).json(), token: async () => (await fetch('token?user=reader')).text(), transports: ['sse', 'poll'] });
const rows = new Map();

function row(pair) {
  const tr = document.createElement('tr');
  tr.innerHTML = '<td></td><td></td><td></td><td><svg width="120" height="24" viewBox="0 0 120 24"><polyline></polyline></svg></td>';
  tr.cells[0].textContent = pair.toUpperCase();
  const after = [...rows.keys()].filter((other) => other > pair).sort()[0];
  document.getElementById('rows').insertBefore(tr, after ? rows.get(after).tr : null);
  return { tr, prices: [] };
}

sluice.subscribe({
  channels: 'prices.*',
  last: 100,
  overflow: 'latest',
  onState: (state) => (document.getElementById('state').textContent = `${state.name}${state.transport ? ` over ${state.transport}` : ''}`),
  onEvent: ({ channel, data }) => {
    const pair = data.pair;
    if (!rows.has(pair)) rows.set(pair, row(pair));
    const { tr, prices } = rows.get(pair);
    prices.push(data.price);
    prices.splice(0, prices.length - POINTS);
    const change = (prices.at(-1) / prices[0] - 1) * 100;
    tr.cells[1].textContent = data.price.toFixed(4);
    tr.cells[2].textContent = `${change >= 0 ? '+' : ''}${change.toFixed(2)} %`;
    tr.className = change >= 0 ? 'up' : 'down';
    const [least, most] = [Math.min(...prices), Math.max(...prices)];
    tr.querySelector('polyline').setAttribute('points', prices.map((p, n) => `${(n * 120) / (POINTS - 1)},${22 - (20 * (p - least)) / (most - least || 1)}`).join(' '));
  },
});
