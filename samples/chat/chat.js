// Rooms are channels; history is `last`; who wrote is the event's source, which the publisher makes of the token: nobody can write as somebody else.
import { connect } from './client/index.js';

const $ = (id) => document.getElementById(id);
const me = new URLSearchParams(location.search).get('user') ?? prompt('Your name (a-z, 0-9, -)') ?? 'guest';
const sluice = connect({
  urls: await (await fetch('urls')).json(),
  token: async () => {
    const answer = await fetch(`token?user=${encodeURIComponent(me)}`);
    if (!answer.ok) throw new Error(await answer.text());
    return answer.text();
  },
});

function show(text, who, kind) {
  const line = document.createElement('li');
  line.className = kind;
  if (who) line.append(Object.assign(document.createElement('b'), { textContent: who }));
  line.append(text);
  $('log').append(line);
  line.scrollIntoView({ block: 'end' });
}

let subscription;
function enter(room) {
  subscription?.close();
  $('log').replaceChildren();
  subscription = sluice.subscribe({
    channels: `rooms.${room}`,
    last: 50,
    onState: (state) => ($('state').textContent = state.name === 'live' ? '' : `${state.name}…`),
    onEvent: (event) => {
      const who = event.source.split('/').pop();
      show(event.data.text, who, who === me ? 'mine' : '');
    },
    onGap: () => show('Some messages are gone.', '', 'gap'),
  });
}

$('room').addEventListener('change', () => enter($('room').value));
$('say').addEventListener('submit', async (submitted) => {
  submitted.preventDefault();
  const text = $('text').value;
  $('text').value = '';
  try {
    await sluice.publish(`rooms.${$('room').value}`, { text }); // over the open WebSocket; resolves when Kafka has it
  } catch (error) {
    show(`Not sent (${error.reason}): ${text}`, '', 'gap');
  }
});
enter($('room').value);
