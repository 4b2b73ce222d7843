// Commands out, states in. What the page shows is what the device said, not what was asked of it.
import { connect } from './client/index.js';

const sluice = connect({ urls: await (await fetch('urls')).json(), token: async () => (await fetch('token?user=owner')).text() });
const shown = new Map();

function section(name) {
  const box = document.createElement('section');
  box.id = name;
  box.innerHTML = '<h2></h2><span role="status"></span><button class="switch"></button><label><input type="checkbox" checked> has power</label>';
  box.querySelector('h2').textContent = name;
  box.querySelector('.switch').onclick = () => sluice.publish(`devices.${name}.commands`, { on: box.dataset.on !== 'true' });
  box.querySelector('input').onchange = (event) => fetch(`devices/${name}/${event.target.checked ? 'online' : 'offline'}`, { method: 'POST' });
  document.getElementById('devices').append(box);
  return box;
}

sluice.subscribe({
  channels: 'devices.*.state',
  last: 20,
  onEvent: ({ data }) => {
    if (!shown.has(data.name)) shown.set(data.name, section(data.name));
    const box = shown.get(data.name);
    box.dataset.on = data.on;
    box.querySelector('span').textContent = `${data.on ? 'on' : 'off'}, ${data.done} commands done`;
    box.querySelector('.switch').textContent = data.on ? 'Switch off' : 'Switch on';
  },
});
