import { Guide } from './guide.js';
import { returned, signIn, signOut, who } from './identity.js';
import { Operators } from './operators.js';
import { Channel } from './pane.js';
import { GrpcWebPane, SsePane, WebSocketPane } from './protocols.js';

const config = await (await fetch('config.json')).json();
// Of the edge that serves this page.
config.sse ??= new URL('..', location.href).href.replace(/\/$/, '');

const sign = document.querySelector('#sign');
const name = document.querySelector('#who');
if (config.oidc) {
  sign.hidden = false;
  await returned(config.oidc).catch((error) => (name.textContent = error.message));
  if (who()) {
    name.textContent = `signed in as ${who()}`;
    sign.textContent = 'Sign out';
  }
  sign.addEventListener('click', () => (who() ? signOut : signIn)(config.oidc).catch((error) => (name.textContent = error.message)));
}

const form = { publish: document.querySelector('#publish'), subscribe: document.querySelector('#subscribe') };
const panes = [SsePane, WebSocketPane, GrpcWebPane].map((Kind) => new Kind(config));
const byName = new Map(panes.map((pane) => [pane.name, pane]));

for (const pane of panes) {
  pane.show(document.querySelector('#panes'), panes.filter((other) => other !== pane).map(({ name }) => name));
  pane.onMove = (to, cursor) => byName.get(to).restart({ cursor });
  pane.onRefused = ({ field, detail, reason }) => {
    const name = ({ channel: 'channels' })[field] ?? field?.replace(/\[.*/, '');
    const input = form.subscribe.elements[name] ?? form.subscribe.elements.channels;
    input.setAttribute('aria-invalid', 'true');
    document.querySelector(`#${input.name}-wrong`).textContent = `${reason}: ${detail}`;
  };
}

function subscribe() {
  for (const input of form.subscribe.querySelectorAll('input')) {
    input.removeAttribute('aria-invalid');
    document.querySelector(`#${input.name}-wrong`).textContent = '';
  }
  const { channels, filter, since, last } = Object.fromEntries(new FormData(form.subscribe));
  const wanted = {
    channels: channels.split(/[\s,]+/).filter(Boolean),
    filter: filter.trim() || undefined,
    since: since.trim() || undefined,
    last: last.trim() === '' ? undefined : Number(last),
  };
  try {
    for (const pane of panes) pane.start(wanted);
  } catch (error) {
    const [, option] = /option '(\w+)/.exec(error.message) ?? [];
    panes[0].onRefused({ field: option, reason: 'malformed', detail: error.message.replace(/^option '[^']*': /, '') });
  }
}

form.subscribe.addEventListener('submit', (event) => {
  event.preventDefault();
  subscribe();
});

const channel = new Channel(config);
const told = document.querySelector('#published');

/** @returns whether Kafka has it */
async function publish(text) {
  const began = performance.now();
  try {
    const { id } = await channel.publish(form.publish.elements.channel.value, { text, sentAt: Date.now() });
    told.textContent = `Kafka has it after ${(performance.now() - began).toFixed(0)} ms, as ${id}`;
    return true;
  } catch (error) {
    told.textContent = String(error.message);
  }
}

form.publish.addEventListener('submit', (event) => {
  event.preventDefault();
  publish(form.publish.elements.text.value);
});

let steady;
document.querySelector('#steady').addEventListener('click', ({ currentTarget }) => {
  let count = 0;
  if (steady) steady = clearInterval(steady);
  else steady = setInterval(() => publish(`${form.publish.elements.text.value} ${++count}`), 100);
  currentTarget.setAttribute('aria-pressed', String(steady !== undefined));
});

const operators = new Operators(config.edges ?? [], document.querySelector('#edges'));
new Guide(document.querySelector('#guide'), { panes, publish, operators });
document.querySelector('#operators').hidden = !config.edges;
const signedInOrNeedsNot = config.local || who();
if (signedInOrNeedsNot) subscribe();
else name.textContent ||= 'sign in to begin';
// Before, whatever was sent off would have gone nowhere.
for (const button of document.querySelectorAll('form button')) button.disabled = !signedInOrNeedsNot;
