// Commands by REST, news by SSE. A page that is loaded again finds its jobs: the address has their ids, and `last: 1` what is true of each.
import { connect } from './client/index.js';

const sluice = connect({ urls: await (await fetch('urls')).json(), token: async () => (await fetch('token?user=reader')).text(), transports: ['sse', 'poll'] });

function watch(id) {
  const line = document.createElement('li');
  const bar = Object.assign(document.createElement('progress'), { max: 100, value: 0 });
  const state = document.createElement('span');
  line.id = id;
  line.append(id, bar, state);
  document.getElementById('jobs').append(line);
  const subscription = sluice.subscribe({
    channels: `jobs.${id}`,
    last: 1,
    onEvent: ({ type, data }) => {
      bar.value = data.percent;
      state.textContent = type === 'job.done' ? 'done' : `${data.percent} %`;
      if (type === 'job.done') subscription.close();
    },
  });
}

document.getElementById('begin').addEventListener('click', async () => {
  const { id } = await (await fetch('jobs', { method: 'POST' })).json();
  location.hash = [...location.hash.slice(1).split(',').filter(Boolean), id].join(',');
  watch(id);
});
location.hash.slice(1).split(',').filter(Boolean).forEach(watch);
