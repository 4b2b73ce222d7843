// The fault table of the client against real services. Argument: JSON {host, sse, ws, publish, desk, only?}; `desk` is the address at
// which the test that has started them gives tokens (GET /token?of=NAME) and does what is asked of it (POST /do/THING). Prints one
// line a client and fault, and ends with 1 if one is wrong.
import { Proxy } from './proxy.mjs';
import { inChromium, inNode } from './host.mjs';

const given = JSON.parse(process.argv[2]);
const port = (url) => Number(new URL(url).port);
const TRANSPORTS = ['websocket', 'sse', 'poll'];
const PATIENCE_MS = 90_000;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const seen = {};
const unhandled = [];
const host = await (given.host === 'chromium' ? inChromium : inNode)((name, kind, what) => {
  if (kind === 'unhandled') unhandled.push(what);
  (seen[name] ??= []).push({ kind, what, at: performance.now() });
});
const ws = await Proxy.to(port(given.ws));
const sse = await Proxy.to(port(given.sse));
const both = { set offline(value) { ws.offline = sse.offline = value; }, cut() { ws.cut(); sse.cut(); } };

async function ask(thing) {
  const answer = await fetch(`${given.desk}/do/${thing}`, { method: 'POST' });
  if (!answer.ok) throw new Error(`${thing}: ${await answer.text()}`);
}

async function until(what, condition, ms = PATIENCE_MS) {
  const end = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited ${ms} ms for ${what}`);
    await sleep(10);
  }
}

/** Publishes 1, 2, 3 … until told to stop; each is posted with its own id until it is acknowledged. */
function producer(channel, paceMs) {
  let last = 0;
  let going = true;
  const done = (async () => {
    const token = await (await fetch(`${given.desk}/token?of=producer`)).text();
    while (going) {
      // As fast as can be: many at a time.
      const count = paceMs ? 1 : 100;
      const batch = Array.from({ length: count }, (_, i) => ({ specversion: '1.0', id: `${channel}-${last + 1 + i}`, source: '/faults', type: 'message', channel, datacontenttype: 'application/json', data: last + 1 + i }));
      const answer = await fetch(`${given.publish}/v1/events`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/cloudevents-batch+json' },
        body: JSON.stringify(batch),
      }).catch(() => undefined);
      const results = answer?.ok ? (await answer.json()).results : [];
      if (results.length === count && results.every(({ error }) => !error)) last += count;
      else await sleep(200);
      await sleep(paceMs || 50);
    }
  })();
  return { get last() { return last; }, async stop() { going = false; await done; } };
}

const events = (name) => (seen[name] ?? []).filter(({ kind }) => kind === 'event');
const state = (name) => (seen[name] ?? []).filter(({ kind }) => kind === 'state').at(-1)?.what;
let trials = 0;

/**
 * @param {object} fault
 * @param {Record<string, string[]>} [fault.clients] by name, their transports
 * @param {() => Promise<void>} fault.happens begins and ends
 */
async function trial(what, { clients, happens, before = async () => {}, ends, gap, paceMs = 20, options = {}, subscribe = {}, atLeast = 0, arrives }) {
  if (given.only && !new RegExp(given.only).test(what)) return undefined;
  const channel = `rooms.client-${Date.now().toString(36)}-${++trials}`;
  const names = Object.keys((clients ??= Object.fromEntries(TRANSPORTS.map((transport) => [transport, [transport]]))));
  for (const name of names) delete seen[name];
  let problem = '';
  let ended = 0;
  const producing = producer(channel, paceMs);
  try {
    await before();
    for (const name of names) {
      await host.start(name, {
        deskUrl: given.desk,
        connectOptions: {
          urls: { websocket: ws.url, sse: sse.url },
          transports: clients[name],
          backoff: { firstMs: 100, mostMs: 1_000 },
          openTimeoutMs: 2_000,
          heartbeat: 3,
          tokenTimeoutMs: 2_000,
          returnAfterMs: 3_000,
          ...options,
        },
        subscribeOptions: { channels: channel, since: new Date(Date.now() - 3_600_000).toJSON(), ...subscribe },
      });
    }
    await until('the first events', () => names.every((name) => events(name).length > 5));
    await happens();
    ended = performance.now();
    if (ends) {
      await until('the end', () => names.every((name) => state(name)?.name === 'closed'));
      const reasons = names.map((name) => state(name).reason);
      if (reasons.some((reason) => reason !== ends)) problem = `ended with ${reasons}`;
      await producing.stop();
    } else {
      const mark = producing.last;
      await until('an event after it', () => names.every((name) => events(name).some(({ what: n }) => n > mark)) && producing.last >= atLeast);
      if (arrives) await until(`all on ${arrives}`, () => names.every((name) => state(name)?.transport === arrives && state(name).name !== 'connecting'));
      await producing.stop();
      await until('the last event', () => names.every((name) => events(name).some(({ what: n }) => n === producing.last)));
    }
  } catch (error) {
    problem = error.message;
  } finally {
    await producing.stop();
  }
  let good = true;
  for (const name of names) await Promise.resolve(host.stop(name)).catch(() => {});
  const left = (await host.left?.()) ?? [];
  for (const name of names) {
    const all = events(name).map(({ what: n }) => n);
    const gaps = (seen[name] ?? []).filter(({ kind }) => kind === 'gap').length;
    const wrong = [];
    if (problem) wrong.push(problem);
    for (let i = 1; i < all.length; i++) if (all[i] !== all[i - 1] + 1 && !(gap && all[i] > all[i - 1])) wrong.push(`${all[i]} after ${all[i - 1]}`);
    if (all[0] !== 1) wrong.push(`begins with ${all[0]}`);
    if (!ends && all.at(-1) !== producing.last) wrong.push(`ends with ${all.at(-1)} of ${producing.last}`);
    if (gaps !== (gap ? 1 : 0)) wrong.push(`${gaps} gaps`);
    if (left.length) wrong.push(`left after close(): ${left}`);
    const recovered = events(name).find(({ at }) => at > ended)?.at;
    const used = [...new Set((seen[name] ?? []).filter(({ kind, what: s }) => kind === 'state' && s.name !== 'connecting').map(({ what: s }) => s.transport))];
    const how = ends ? `ended: ${ends}` : `${String(all.length).padStart(6)} events, next after ${recovered ? (recovered - ended).toFixed(0) : '?'} ms`;
    console.log(`${wrong.length ? 'WRONG' : 'ok   '} ${what.padEnd(44)} ${name.padEnd(9)} ${how}${used.length > 1 ? `, ${used.join(' → ')}` : ''}${wrong.length ? `: ${wrong.slice(0, 5).join('; ')}` : ''}`);
    if (wrong.length) {
      good = false;
      for (const { kind, what: said } of (seen[name] ?? []).filter(({ kind }) => kind !== 'event').slice(-20)) console.log(`        ${kind} ${JSON.stringify(said)}`);
    }
  }
  return good;
}

const roaming = { roaming: TRANSPORTS };
const restart = (thing) => async () => {
  await ask(`stop-${thing}`);
  await sleep(1_000);
  await ask(`start-${thing}`);
};

const results = [];
console.log(`${host.name}`);
const run = async (...args) => results.push(await trial(...args));

await run('edges killed', { happens: async () => { await ask('kill-edges'); await ask('start-edges'); } });
await run('edges drained', { happens: restart('edges') });
await run('publisher away', { happens: restart('publisher') });
await run('Kafka away', { happens: restart('kafka') });
await run('token expires every 8 s', { before: () => ask('tokens-brief'), happens: () => sleep(12_000) });
await run('token expires, refresh fails for a minute', {
  before: () => ask('tokens-brief'),
  happens: async () => { await ask('tokens-none'); await sleep(60_000); await ask('tokens-good'); },
});
await run('token of another user at refresh', {
  clients: { websocket: ['websocket'] },
  before: () => ask('tokens-brief'),
  happens: () => ask('tokens-strange'),
  ends: 'forbidden',
});
// Each request of theirs is somebody's: from the next one on that user's, whom the rules let in here.
await run('token of another user at refresh', {
  clients: { sse: ['sse'], poll: ['poll'] },
  before: () => ask('tokens-brief'),
  happens: async () => { await ask('tokens-strange'); await sleep(12_000); },
});
await ask('tokens-good');
await run('token revoked', {
  happens: async () => {
    await ask('revoke');
    await until('all to be told', () => TRANSPORTS.every((name) => (seen[name] ?? []).some(({ kind, what }) => kind === 'error' && what.startsWith('revoked'))));
  },
});
await run('offline for 2 s', { happens: async () => { both.offline = true; both.cut(); await sleep(2_000); both.offline = false; } });
await run('events gone meanwhile', {
  gap: true,
  happens: async () => { both.offline = true; both.cut(); await sleep(500); await ask('lose-log'); both.offline = false; },
});
await run('WebSocket refused by a proxy', {
  clients: roaming, before: async () => { ws.sockets = 'refuse'; }, happens: async () => { ws.sockets = 'pass'; }, arrives: 'websocket',
});
await run('WebSocket opens and is silent', {
  clients: roaming, before: async () => { ws.sockets = 'silent'; }, happens: async () => { ws.sockets = 'pass'; }, arrives: 'websocket',
});
await run('WebSocket refused from now on', {
  clients: roaming, happens: async () => { ws.sockets = 'refuse'; ws.cut(); }, arrives: 'sse',
});
ws.sockets = 'pass';
await run('SSE buffered by a proxy', {
  clients: { 'sse, poll': ['sse', 'poll'] }, before: async () => { sse.streams = 'buffer'; }, happens: async () => { sse.streams = 'pass'; }, arrives: 'sse',
});
await run('both blocked, then free', {
  clients: roaming,
  before: async () => { ws.sockets = 'refuse'; sse.streams = 'buffer'; },
  happens: async () => { ws.sockets = 'pass'; sse.streams = 'pass'; },
  arrives: 'websocket',
});
const reconnects = (cuts, transports, more) => run(`${(cuts * transports.length).toLocaleString('en')} reconnects`, {
  clients: Object.fromEntries(transports.map((transport) => [transport, [transport]])),
  options: { backoff: { firstMs: 1, mostMs: 5 }, ...more },
  happens: async () => {
    for (let i = 0; i < cuts; i++) {
      const had = ws.connections + sse.connections;
      both.cut();
      await until('all are back', () => ws.connections + sse.connections >= had + transports.length, 20_000);
    }
  },
});
// Chromium lets a page that has failed often wait up to 5 s before it opens a WebSocket.
if (given.host === 'chromium') {
  await reconnects(500, ['sse', 'poll']);
  await reconnects(40, ['websocket'], { openTimeoutMs: 10_000 });
} else await reconnects(334, TRANSPORTS);
await run('10,000 events while transports swap', {
  clients: roaming,
  paceMs: 0,
  atLeast: given.events ?? 10_000,
  options: { returnAfterMs: 300 },
  happens: async () => {
    for (let i = 0; i < 6; i++) {
      ws.sockets = i % 2 ? 'pass' : 'refuse';
      if (!(i % 2)) ws.cut();
      await sleep(1_500);
    }
  },
});

await host.close();
ws.close();
sse.close();
for (const error of unhandled) console.log(`WRONG unhandled: ${error}`);
if (results.includes(false) || unhandled.length) process.exitCode = 1;
else console.log(`all good: ${results.filter(Boolean).length} faults`);
// Whatever of the clients still runs keeps this process from its end, and that is a fault too.
setTimeout(() => {
  console.log(`WRONG still running: ${process.getActiveResourcesInfo()}`);
  process.exit(1);
}, 5_000).unref();
