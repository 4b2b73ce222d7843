import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { SluiceError, connect } from '../src/index.js';
import { connect as listen } from '../src/listen.js';
import { Server, event, problem, stream } from './server.js';

/** @type {Server} */ let server;
const clients = [];
const unhandled = [];
process.on('unhandledRejection', (error) => unhandled.push(error));

const QUICK = { backoff: { firstMs: 10, mostMs: 40 }, openTimeoutMs: 1_500, returnAfterMs: 60_000, ackDelayMs: 5 };

beforeEach(async () => {
  server = await Server.start();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.close();
  assert.deepEqual(unhandled.splice(0), []);
});

function client(options = {}) {
  const made = connect({ base: server.url, token: 'token', ...QUICK, ...options });
  clients.push(made);
  return made;
}

/** So many data, or those before it ends. */
async function take(subscription, count) {
  const data = [];
  for await (const item of subscription) {
    data.push(item.gap ? item.gap.reason : item.data);
    if (data.length === count) break;
  }
  return data;
}

/** Like `take`, and leaves it open. */
async function next(subscription, count) {
  const reader = subscription[Symbol.asyncIterator]();
  const items = [];
  while (items.length < count) items.push((await reader.next()).value);
  return items;
}

async function until(what, condition) {
  for (let tries = 0; !condition(); tries++) {
    if (tries > 500) assert.fail(`waited for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

// ---- Options

const WRONG = [
  [{}, /option 'base': either/],
  [{ base: 'http://x', urls: {} }, /option 'base': either/],
  [{ base: 'ftp://x' }, /option 'base': an http/],
  [{ base: 'http://x?a=b' }, /option 'base'/],
  [{ urls: { sse: 'no url' } }, /option 'urls.sse'/],
  [{ urls: { smtp: 'http://x' } }, /option 'urls.smtp'/],
  [{ urls: {} }, /option 'urls'/],
  [{ base: 'http://x', transports: [] }, /option 'transports'/],
  [{ base: 'http://x', transports: ['sse', 'carrier pigeon'] }, /option 'transports\[1\]'.*carrier pigeon/],
  [{ base: 'http://x', transports: ['sse', 'sse'] }, /option 'transports\[1\]'/],
  [{ urls: { sse: 'http://x' }, transports: ['websocket'] }, /option 'transports\[0\]'/],
  [{ base: 'http://x', token: '' }, /option 'token'/],
  [{ base: 'http://x', heartbeat: 1 }, /option 'heartbeat'.*2 to 60/],
  [{ base: 'http://x', backoff: { firstMs: 1 } }, /option 'backoff.mostMs'/],
  [{ base: 'http://x', queue: 0 }, /option 'queue'/],
  [{ base: 'http://x', tokn: 'x' }, /option 'tokn'.*no such/],
  [{ base: 'http://x', signal: 'x' }, /option 'signal'/],
  [{ base: 'http://x', fetch: 1 }, /option 'fetch'/],
];
for (const [options, message] of WRONG) {
  test(`throws at once: connect(${JSON.stringify(options)})`, () => assert.throws(() => connect(options), { name: 'TypeError', message }));
}

const WRONG_SUBSCRIPTIONS = [
  [{}, /option 'channels'/],
  [{ channels: [] }, /option 'channels'/],
  [{ channels: ['a', ''] }, /option 'channels\[1\]'/],
  [{ channels: 'a', chanels: 'b' }, /option 'chanels'/],
  [{ channels: 'a', since: 'yesterday' }, /option 'since'/],
  [{ channels: 'a', since: new Date(NaN) }, /option 'since'/],
  [{ channels: 'a', last: 0 }, /option 'last'/],
  [{ channels: 'a', overflow: 'drop' }, /option 'overflow'/],
  [{ channels: 'a', gaps: 'ignore' }, /option 'gaps'/],
  [{ channels: 'a', maxUnacked: 5 }, /option 'maxUnacked'/],
  [{ channels: 'a', remember: 'cookie' }, /option 'remember'/],
  [{ channels: 'a', remember: 'local', durable: 'd' }, /option 'remember'/],
  [{ channels: 'a', onEvent: 'x' }, /option 'onEvent'/],
];
for (const [options, message] of WRONG_SUBSCRIPTIONS) {
  test(`throws at once: subscribe(${JSON.stringify(options)})`, () => {
    assert.throws(() => client().subscribe(options), { name: 'TypeError', message });
  });
}

test('throws at once for what can not be published', () => {
  assert.throws(() => client().publish('', 1), /'channel'/);
  assert.throws(() => client().publish('a', 1, { ID: 'x' }), /'ID'/);
  assert.throws(() => client().publish('a', 1, { attributes: { size: 5 } }), /'attributes.size': string is needed, not '5'/);
  assert.throws(() => client().publish('a', () => 1), /no JSON value/);
});

// ---- SSE

test('reads an event stream, whose pieces end anywhere, and goes on after the last cursor', async () => {
  let streams = 0;
  server.on['GET /v1/stream'] = async (request, response, body, query) => {
    if (++streams === 2) assert.equal(query.get('cursor'), 'c3');
    const write = stream(response, 15_000, streams === 1 ? 'c0' : 'c3');
    if (streams > 1) return write('c4', 4);
    const text = `id: c1\r\ndata: ${JSON.stringify(event('ü漢😀'))}\r\n\r\nid: c2\r\rid: c3\ndata: ${JSON.stringify(event({ three: 3 }))}\n\nid: c9\ndata: {"unfinished`;
    for (const byte of Buffer.from(text)) {
      response.write(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    response.destroy();
  };
  const data = await take(client({ transports: ['sse'] }).subscribe({ channels: ['a.*', 'b'], filter: "type = 'x'" }), 3);
  assert.deepEqual(data, ['ü漢😀', { three: 3 }, 4]);
  const [first] = server.to('/v1/stream');
  assert.deepEqual(first.query.getAll('channel'), ['a.*', 'b']);
  assert.equal(first.query.get('filter'), "type = 'x'");
  assert.equal(first.headers.authorization, 'Bearer token');
});

test('takes each form of a heartbeat', async () => {
  let write;
  server.on['GET /v1/stream'] = (request, response, body, query) => {
    write = stream(response, 15_000);
    if (query.get('cursor')) return;
    response.write(':\n\nid: h1\n\nid: h2\nevent: sluice.heartbeat\ndata: {"cursor":"h2"}\n\n');
  };
  const subscription = client({ transports: ['sse'] }).subscribe({ channels: 'a', last: 1 });
  assert.equal(subscription.state.name, 'connecting');
  await until('live', () => subscription.state.name === 'live');
  await until('the cursor of the heartbeat', () => subscription.cursor === 'h2');
  assert.equal(subscription.state.transport, 'sse');
});

test('tells a buffered stream from a quiet one by its heartbeats, and polls', async () => {
  // Open and nothing more: whatever comes later is held back.
  server.on['GET /v1/stream'] = (request, response) => stream(response, 40);
  server.on['GET /v1/poll'] = (request, response, body, query) => {
    assert.equal(query.get('cursor'), 'c0');
    response.end(JSON.stringify({ events: [event(1, { cursor: 'c1' })], cursor: 'c1' }));
  };
  const subscription = client({ transports: ['sse', 'poll'] }).subscribe({ channels: 'a' });
  const [item] = await next(subscription, 1);
  assert.equal(item.data, 1);
  assert.equal(subscription.state.transport, 'poll');
});

test('polls where a stream never begins, and returns to it when it does', async () => {
  let blocked = true;
  server.on['GET /v1/stream'] = (request, response, body, query) => {
    if (blocked) return response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
    const write = stream(response, 15_000, query.get('cursor') ?? 'now');
    if (query.get('cursor')) write('c2', 2);
  };
  server.on['GET /v1/poll'] = (request, response, body, query) => {
    blocked = false;
    const news = query.get('cursor') ? [] : [event(1, { cursor: 'c1' })];
    setTimeout(() => response.end(JSON.stringify({ events: news, cursor: 'c1' })), 20);
  };
  const subscription = client({ transports: ['sse', 'poll'], openTimeoutMs: 100, returnAfterMs: 50 }).subscribe({ channels: 'a' });
  const items = await next(subscription, 2);
  assert.deepEqual(items.map(({ data }) => data), [1, 2]);
  assert.equal(subscription.state.transport, 'sse');
});

test('each event of a poll has the cursor after it', async () => {
  server.on['GET /v1/poll'] = (request, response, body, query) => {
    const from = Number(query.get('cursor')?.slice(1) ?? 0);
    if (from >= 4) return;
    response.end(JSON.stringify({ events: [1, 2].map((n) => event(from + n, { cursor: `c${from + n}` })), cursor: `c${from + 2}` }));
  };
  const items = await next(client({ transports: ['poll'] }).subscribe({ channels: 'a' }), 4);
  assert.deepEqual(items.map(({ cursor, data }) => [cursor, data]), [['c1', 1], ['c2', 2], ['c3', 3], ['c4', 4]]);
});

test('returns to a stream whose beginning comes in pieces', async () => {
  let blocked = true;
  server.on['GET /v1/stream'] = async (request, response, body, query) => {
    if (blocked) return response.destroy();
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('id: c1\nevent: slu');
    await new Promise((resolve) => setTimeout(resolve, 30));
    response.write('ice.open\ndata: {"heartbeatIntervalMs":15000}\n\n');
    if (query.get('cursor')) response.write(`id: c2\ndata: ${JSON.stringify(event(2))}\n\n`);
  };
  server.on['GET /v1/poll'] = (request, response, body, query) => {
    blocked = false;
    const news = query.get('cursor') ? [] : [event(1, { cursor: 'c1' })];
    setTimeout(() => response.end(JSON.stringify({ events: news, cursor: 'c1' })), 20);
  };
  const errors = [];
  const subscription = client({ transports: ['sse', 'poll'], returnAfterMs: 50, onError: ({ reason }) => errors.push(reason) }).subscribe({ channels: 'a' });
  assert.deepEqual((await next(subscription, 2)).map(({ data }) => data), [1, 2]);
  assert.deepEqual(errors, ['network']);
});

for (const [status, reason] of [[403, 'forbidden'], [400, 'malformed'], [409, 'superseded'], [404, 'not-found']]) {
  test(`ends at once with a typed error for ${reason}`, async () => {
    server.on['GET /v1/stream'] = (request, response) => problem(response, status, reason, { field: 'channel' });
    const heard = [];
    const subscription = client({ transports: ['sse', 'poll'] }).subscribe({ channels: 'a', onError: (error) => heard.push(error) });
    await assert.rejects(take(subscription, 1), (error) => error instanceof SluiceError && error.reason === reason && error.field === 'channel');
    assert.equal((await subscription.closed)?.reason, reason);
    assert.equal(subscription.state.name, 'closed');
    assert.equal(subscription.state.error?.reason, reason);
    assert.deepEqual(heard.map((error) => error.reason), [reason]);
    assert.equal(server.asked.length, 1);
  });
}

test('honours Retry-After, and what an outage looks like is told', async () => {
  let asked = 0;
  let at = 0;
  server.on['GET /v1/stream'] = (request, response) => {
    if (++asked === 1) {
      at = performance.now();
      return problem(response, 503, 'unavailable', {}, { 'Retry-After': '1' });
    }
    stream(response)('c1', 1);
  };
  const states = [];
  const subscription = client({ transports: ['sse', 'poll'] }).subscribe({ channels: 'a', onState: (state) => states.push(state) });
  await next(subscription, 1);
  assert.ok(performance.now() - at >= 990);
  assert.deepEqual(states.map(({ name }) => name), ['connecting', 'waiting', 'connecting', 'live']);
  assert.equal(states[1].error.reason, 'unavailable');
  assert.ok(states[1].retryInMs > 900);
});

test('comes back when the close says', async () => {
  let streams = 0;
  const at = [];
  server.on['GET /v1/stream'] = (request, response) => {
    at.push(performance.now());
    const write = stream(response);
    if (++streams > 1) return write('c1', 1);
    response.end('id: c0\nretry: 300\nevent: sluice.close\ndata: {"reason":"draining","reconnectAfterMs":300,"cursor":"c0"}\n\n');
  };
  await next(client({ transports: ['sse'] }).subscribe({ channels: 'a' }), 1);
  assert.ok(at[1] - at[0] >= 290);
});

const NONSENSE = {
  'a page': (response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>'),
  'a proxy’s refusal': (response) => response.writeHead(403).end('blocked'),
  'half an answer': (response) => response.writeHead(200, { 'Content-Type': 'text/event-stream' }).end('id: c1\nda'),
  'no JSON': (response) => stream(response) && response.end('id: c1\ndata: {"id"\n\n'),
  'an event without anything': (response) => stream(response) && response.end('id: c1\ndata: null\n\n'),
  'an open without interval': (response) => response.writeHead(200, { 'Content-Type': 'text/event-stream' }).end('event: sluice.open\ndata: {}\n\n'),
  'a reset': (response) => response.destroy(),
};
for (const [name, answer] of Object.entries(NONSENSE)) {
  test(`tells of nonsense and goes on: ${name}`, async () => {
    let asked = 0;
    server.on['GET /v1/stream'] = (request, response) => (++asked < 3 ? answer(response) : stream(response)('c1', 1));
    const errors = [];
    const items = await next(client({ transports: ['sse'] }).subscribe({ channels: 'a', onError: (error) => errors.push(error) }), 1);
    assert.equal(items[0].data, 1);
    assert.equal(errors.length, 2);
    assert.ok(errors.every((error) => ['protocol', 'network'].includes(error.reason)), String(errors));
  });
}

test('tells of a message that it does not know, and goes on with the same stream', async () => {
  server.on['GET /v1/stream'] = (request, response) => {
    const write = stream(response);
    response.write('id: c0\nevent: sluice.weather\ndata: {}\n\n');
    write('c1', 1);
  };
  const errors = [];
  const subscription = client({ transports: ['sse'] }).subscribe({ channels: 'a', onError: (error) => errors.push(error.message) });
  await next(subscription, 1);
  assert.match(errors.join(), /unknown message 'sluice.weather'/);
  assert.equal(server.asked.length, 1);
});

test('binary data are a Uint8Array', async () => {
  server.on['GET /v1/stream'] = (request, response) => {
    stream(response);
    response.write(`id: c1\ndata: ${JSON.stringify(event(undefined, { data_base64: 'AP+A', ext: 'x' }))}\n\n`);
  };
  const [item] = await next(client({ transports: ['sse'] }).subscribe({ channels: 'a' }), 1);
  assert.deepEqual(item.data, Uint8Array.of(0, 255, 128));
  assert.equal(item.ext, 'x');
});

test('a gap is an item and a callback, or the end', async () => {
  server.on['GET /v1/stream'] = (request, response) => {
    const write = stream(response);
    response.write('id: c5\nevent: sluice.gap\ndata: {"reason":"expired","from":"c0","to":"c5","cursor":"c5"}\n\n');
    write('c6', 6);
  };
  const sluice = client({ transports: ['sse'] });
  assert.deepEqual(await take(sluice.subscribe({ channels: 'a' }), 2), ['expired', 6]);
  const gaps = [];
  sluice.subscribe({ channels: 'a', onGap: (gap) => gaps.push(gap) });
  await until('the gap', () => gaps.length === 1);
  assert.deepEqual(gaps[0], { gap: { reason: 'expired', from: 'c0', to: 'c5' }, cursor: 'c5' });
  const ended = await sluice.subscribe({ channels: 'a', gaps: 'close' }).closed;
  assert.equal(ended.reason, 'gap');
  assert.equal(ended.cursor, 'c0');
});

test('a reader that is behind is not piled up for', async () => {
  let written = 0;
  server.on['GET /v1/stream'] = async (request, response, body, query) => {
    const write = stream(response);
    for (let n = Number(query.get('cursor')?.slice(1) ?? 0) + 1; n <= 200; n++) {
      if (!write(`c${n}`, 'x'.repeat(100_000))) await new Promise((resolve) => response.once('drain', resolve));
      written = n;
    }
  };
  const subscription = client({ transports: ['sse'] }).subscribe({ channels: 'a', buffer: 10 });
  await until('catching up', () => subscription.state.name === 'catching-up');
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.ok(written < 200, `${written} were written`);
  assert.equal((await next(subscription, 200)).at(-1).cursor, 'c200');
});

test('callbacks get one event after the other, and one that throws stops nothing', async () => {
  server.on['GET /v1/stream'] = (request, response) => {
    const write = stream(response);
    for (let n = 1; n <= 3; n++) write(`c${n}`, n);
  };
  const seen = [];
  const errors = [];
  let inside = 0;
  client({ transports: ['sse'] }).subscribe({
    channels: 'a',
    onError: (error) => errors.push(error.reason),
    onEvent: async ({ data }) => {
      assert.equal(++inside, 1);
      await new Promise(setImmediate);
      inside--;
      seen.push(data);
      if (data === 2) throw new Error('mine');
    },
  });
  await until('all three', () => seen.length === 3);
  assert.deepEqual(seen, [1, 2, 3]);
  assert.deepEqual(errors, ['callback']);
});

test('remembers what its reader has done with, and no more', async () => {
  server.on['GET /v1/stream'] = (request, response, body, query) => {
    const write = stream(response);
    for (let n = Number(query.get('cursor')?.slice(1) ?? 0) + 1; n <= 5; n++) write(`c${n}`, n);
  };
  let kept;
  const remember = { load: () => kept, save: (cursor) => (kept = cursor) };
  assert.deepEqual(await take(client({ transports: ['sse'] }).subscribe({ channels: 'a', remember }), 3), [1, 2, 3]);
  await until('it is kept', () => kept === 'c2');
  assert.deepEqual(await take(client({ transports: ['sse'] }).subscribe({ channels: 'a', remember }), 1), [3]);
});

test('an AbortSignal ends a subscription, a client, a publish', async () => {
  server.on['GET /v1/stream'] = (request, response) => stream(response);
  const one = new AbortController();
  const all = new AbortController();
  const sluice = client({ transports: ['sse'], signal: all.signal });
  const subscription = sluice.subscribe({ channels: 'a', signal: one.signal });
  const other = sluice.subscribe({ channels: 'b' });
  await until('live', () => subscription.state.name === 'live');
  const publish = sluice.publish('a', 1, { signal: one.signal });
  one.abort();
  await assert.rejects(publish, { name: 'AbortError' });
  assert.equal(await subscription.closed, undefined);
  assert.deepEqual(await take(subscription, 1), []);
  assert.notEqual(other.state.name, 'closed');
  all.abort();
  assert.equal(await other.closed, undefined);
  assert.throws(() => sluice.subscribe({ channels: 'a' }), { reason: 'closed' });
});

// ---- Tokens

test('asks for a token once for many, and again when it is refused', async () => {
  let calls = 0;
  server.on['GET /v1/stream'] = (request, response) =>
    request.headers.authorization === 'Bearer t1' ? problem(response, 401, 'token-expired') : stream(response)('c1', request.headers.authorization);
  const token = async () => `t${++calls}`;
  const sluice = client({ transports: ['sse'], token });
  const all = await Promise.all([1, 2, 3].map((n) => next(sluice.subscribe({ channels: `a.${n}` }), 1)));
  assert.deepEqual(all.map(([{ data }]) => data), ['Bearer t2', 'Bearer t2', 'Bearer t2']);
  assert.equal(calls, 2);
});

test('a token callback that fails, never settles or repeats itself is bounded, and the cursor stays', async () => {
  let calls = 0;
  let good = false;
  server.on['GET /v1/stream'] = (request, response, body, query) => {
    if (request.headers.authorization === 'Bearer good') {
      const write = stream(response);
      return query.get('cursor') ? write('c2', 2) : (write('c1', 1), response.end('event: sluice.close\ndata: {"reason":"token-expired","reconnectAfterMs":0}\n\n'));
    }
    problem(response, 401, 'unauthenticated');
  };
  const token = () => {
    switch (++calls) {
      case 1: return 'good';
      case 2: throw new Error('the provider is away');
      case 3: return new Promise(() => {});
      case 4: return 'good';
      case 5: return /** @type {any} */ (undefined);
      case 6: return 'other';
      default: return (good = true) && 'good';
    }
  };
  const errors = [];
  const subscription = client({ transports: ['sse'], token, tokenTimeoutMs: 50 }).subscribe({ channels: 'a', onError: (error) => errors.push(error) });
  const items = await next(subscription, 2);
  assert.deepEqual(items.map(({ data }) => data), [1, 2]);
  assert.ok(good);
  assert.equal(calls, 7);
  assert.match(errors.join('\n'), /the provider is away[^]*over 50 ms[^]*that was refused[^]*no string/);
});

test('a fixed token that is refused ends it', async () => {
  server.on['GET /v1/stream'] = (request, response) => problem(response, 401, 'unauthenticated');
  await assert.rejects(take(client({ transports: ['sse'] }).subscribe({ channels: 'a' }), 1), { reason: 'unauthenticated' });
});

test('begins a stream anew with a fresh token when the old one is about to expire', async () => {
  let calls = 0;
  server.on['GET /v1/stream'] = (request, response, body, query) => {
    const write = stream(response);
    if (query.get('cursor') === 'c1') return write('c2', request.headers.authorization);
    write('c1', 1);
    response.write('id: c1\nevent: sluice.expiring\ndata: {"tokenExpires":"2026-11-24T22:00:00Z"}\n\n');
  };
  const items = await next(client({ transports: ['sse'], token: () => `t${++calls}` }).subscribe({ channels: 'a' }), 2);
  assert.deepEqual(items.map(({ data }) => data), [1, 'Bearer t2']);
});

// ---- WebSocket

function sockets(script) {
  const all = [];
  server.on.socket = (socket, request) => {
    all.push(socket);
    script(socket, all.length, request);
  };
  return all;
}

/** Answers a subscribe, and says where it wants to begin. */
async function subscribed(socket, cursor = 'c0') {
  const asked = await socket.heard('subscribe');
  socket.say({ op: 'subscribed', id: asked?.id, subscription: asked?.id, cursor, heartbeatIntervalMs: 20_000 });
  return asked;
}

test('many subscriptions share one WebSocket', async () => {
  const all = sockets(async (socket) => {
    socket.open();
    for (const n of [1, 2]) {
      const asked = await subscribed(socket);
      socket.event(asked.id, `c${n}`, asked.channels[0]);
    }
  });
  const sluice = client();
  const items = await Promise.all(['a', 'b'].map((channel) => next(sluice.subscribe({ channels: channel }), 1)));
  assert.deepEqual(items.map(([{ data }]) => data), ['a', 'b']);
  assert.equal(all.length, 1);
  assert.deepEqual(all[0].offered, ['sluice.v1.json', 'sluice.bearer.token']);
  assert.equal(sluice.transport, 'websocket');
});

test('gets a ticket where the token can not be the name of a subprotocol', async () => {
  server.on['POST /v1/tickets'] = (request, response) => response.writeHead(201).end('{"ticket":"T/1"}');
  sockets(async (socket, n, request) => {
    assert.equal(request.url, '/v1/ws?ticket=T%2F1');
    socket.open();
    const { id, heartbeat } = await subscribed(socket);
    assert.equal(heartbeat, 5);
    socket.event(id, 'c1', 1);
  });
  assert.equal((await next(client({ token: 'opaque/token=', heartbeat: 5 }).subscribe({ channels: 'a' }), 1))[0].data, 1);
});

for (const [name, script] of Object.entries({
  'is refused': undefined,
  'opens and is silent': () => {},
  'opens and never answers': (socket) => ((socket.pongs = false), socket.open(100)),
  'is closed as it opens': (socket) => socket.close(1011),
  'speaks something else': (socket) => socket.say('{"hello":"stranger"}'),
  'speaks no JSON': (socket) => socket.say('hello'),
})) {
  test(`falls to SSE where the WebSocket ${name}`, async () => {
    if (script) sockets(script);
    server.on['GET /v1/stream'] = (request, response) => stream(response)('c1', 1);
    const subscription = client().subscribe({ channels: 'a' });
    assert.equal((await next(subscription, 1))[0].data, 1);
    assert.equal(subscription.state.transport, 'sse');
  });
}

test('falls to SSE where the server speaks another version of the protocol, and says so', async () => {
  server.chooses = () => undefined;
  sockets((socket) => socket.open());
  server.on['GET /v1/stream'] = (request, response) => stream(response)('c1', 1);
  const errors = [];
  const subscription = client().subscribe({ channels: 'a', onError: (error) => errors.push(error) });
  assert.equal((await next(subscription, 1))[0].data, 1);
  assert.equal(subscription.state.transport, 'sse');
  // Most platforms refuse it themselves, and don't say why.
  assert.equal(errors.length, 1);
  assert.match(errors[0].message, /^(protocol: the server chose ''|network: the WebSocket failed)$/);
});

test('returns to the WebSocket with the cursor, and with nothing twice', async () => {
  let blocked = true;
  server.on.socket = async (socket) => {
    if (blocked) return socket.raw.destroy();
    socket.open();
    const asked = await subscribed(socket, 'c2');
    assert.equal(asked.cursor, 'c2');
    socket.event(asked.id, 'c3', 3);
  };
  server.on['GET /v1/stream'] = (request, response) => {
    blocked = false;
    const write = stream(response);
    write('c1', 1);
    write('c2', 2);
  };
  const subscription = client({ returnAfterMs: 50 }).subscribe({ channels: 'a' });
  const items = await next(subscription, 3);
  assert.deepEqual(items.map(({ data }) => data), [1, 2, 3]);
  assert.equal(subscription.state.transport, 'websocket');
});

test('a WebSocket that falls silent is dead after 2.5 heartbeats', async () => {
  const all = sockets(async (socket, n) => {
    socket.open(100);
    const asked = await subscribed(socket, 'c0');
    if (n === 1) {
      socket.event(asked.id, 'c1', 1);
      socket.say({ op: 'heartbeat', subscription: asked.id, cursor: 'c2' });
    } else {
      assert.equal(asked.cursor, 'c2');
      socket.event(asked.id, 'c3', 3);
    }
  });
  const items = await next(client({ transports: ['websocket'] }).subscribe({ channels: 'a' }), 2);
  assert.deepEqual(items.map(({ data }) => data), [1, 3]);
  assert.equal(all.length, 2);
});

test('events of a subscription that is no more, unknown messages and bad ones harm nothing', async () => {
  sockets(async (socket) => {
    socket.open();
    const { id } = await subscribed(socket);
    socket.event('stranger', 'c9', 'not ours');
    socket.say({ op: 'weather', is: 'fine' });
    socket.say('{"op":');
    socket.say('null');
    socket.say({ op: 'event', subscription: id, cursor: 'c8', event: null });
    socket.say({ op: 'pong', id: 'nobody asked' });
    socket.event(id, 'c1', 1);
  });
  const errors = [];
  const subscription = client({ onError: (error) => errors.push(error.reason) }).subscribe({ channels: 'a' });
  assert.equal((await next(subscription, 1))[0].data, 1);
  assert.deepEqual(errors, ['protocol', 'protocol', 'protocol', 'protocol']);
});

test('a subscription that is refused ends alone', async () => {
  sockets(async (socket) => {
    socket.open();
    for (;;) {
      const asked = await socket.heard('subscribe');
      if (!asked) return;
      if (asked.channels[0] === 'bad') socket.say({ op: 'error', id: asked.id, reason: 'forbidden', field: 'channels[0]', detail: 'no' });
      else {
        socket.say({ op: 'subscribed', id: asked.id, subscription: asked.id, cursor: 'c0', heartbeatIntervalMs: 20_000 });
        socket.event(asked.id, 'c1', 1);
      }
    }
  });
  const sluice = client();
  const good = sluice.subscribe({ channels: 'good' });
  await assert.rejects(take(sluice.subscribe({ channels: 'bad' }), 1), { reason: 'forbidden', field: 'channels[0]' });
  assert.equal((await next(good, 1))[0].data, 1);
});

test('a subscription closed for a changed filter is made anew, on the same socket', async () => {
  const all = sockets(async (socket) => {
    socket.open();
    const first = await subscribed(socket);
    socket.event(first.id, 'c1', 1);
    socket.say({ op: 'close', subscription: first.id, reason: 'forbidden', reconnectAfterMs: 0, cursor: 'c1' });
    const second = await subscribed(socket);
    assert.equal(second.cursor, 'c1');
    socket.event(second.id, 'c2', 2);
  });
  assert.deepEqual((await next(client().subscribe({ channels: 'a' }), 2)).map(({ data }) => data), [1, 2]);
  assert.equal(all.length, 1);
});

for (const [code, reason] of [[4403, 'forbidden'], [4409, 'superseded']]) {
  test(`ends with ${reason} when the socket is closed with ${code}`, async () => {
    sockets(async (socket) => {
      socket.open();
      await subscribed(socket);
      socket.close(code, reason);
    });
    await assert.rejects(take(client().subscribe({ channels: 'a' }), 1), { reason });
  });
}

test('a socket that is refused with 4401 is tried again with a fresh token', async () => {
  let calls = 0;
  sockets(async (socket, n) => {
    if (n === 1) return socket.close(4401, 'token-expired');
    assert.equal(socket.offered[1], 'sluice.bearer.t2');
    socket.open();
    const { id } = await subscribed(socket);
    socket.event(id, 'c1', 1);
  });
  const subscription = client({ token: () => `t${++calls}` }).subscribe({ channels: 'a' });
  await next(subscription, 1);
  assert.equal(subscription.state.transport, 'websocket');
});

test('renews the token in band, and tries again as long as the callback fails', async () => {
  let calls = 0;
  let authenticated;
  const all = sockets(async (socket) => {
    socket.open();
    const { id } = await subscribed(socket);
    socket.say({ op: 'expiring', tokenExpires: '2026-11-24T22:00:00Z' });
    const auth = await socket.heard('auth');
    authenticated = auth.token;
    socket.say({ op: 'authenticated', id: auth.id, tokenExpires: '2026-11-24T23:00:00Z' });
    socket.event(id, 'c1', 1);
  });
  const token = () => {
    if (++calls === 2) throw new Error('away');
    return `t${calls}`;
  };
  await next(client({ token }).subscribe({ channels: 'a' }), 1);
  assert.equal(authenticated, 't3');
  assert.equal(all.length, 1);
});

test('another user’s token ends it', async () => {
  let calls = 0;
  sockets(async (socket) => {
    socket.open();
    await subscribed(socket);
    socket.say({ op: 'expiring' });
    const auth = await socket.heard('auth');
    socket.say({ op: 'error', id: auth.id, reason: 'forbidden', field: 'token', detail: 'this token is of another user' });
  });
  await assert.rejects(take(client({ token: () => `t${++calls}` }).subscribe({ channels: 'a' }), 1), { reason: 'forbidden', field: 'token' });
});

test('leaves the socket while its reader is behind, and catches up', async () => {
  const all = sockets(async (socket) => {
    socket.open();
    for (let from = 0; ; ) {
      const asked = await subscribed(socket);
      if (!asked) return;
      from = Number(asked.cursor?.slice(1) ?? 0);
      for (let n = from + 1; n <= 30; n++) socket.event(asked.id, `c${n}`, n);
      const left = await socket.heard('unsubscribe');
      if (!left) return;
      assert.equal(left.subscription, asked.id);
    }
  });
  const subscription = client().subscribe({ channels: 'a', buffer: 4 });
  await until('behind', () => subscription.state.name === 'catching-up');
  assert.deepEqual((await next(subscription, 30)).map(({ data }) => data), Array.from({ length: 30 }, (_, n) => n + 1));
  assert.equal(all.length, 1);
});

test('pause and resume', async () => {
  let heard = 0;
  sockets(async (socket) => {
    socket.open();
    for (;;) {
      const asked = await subscribed(socket);
      if (!asked) return;
      heard++;
      socket.event(asked.id, `c${heard}`, heard);
    }
  });
  const subscription = client().subscribe({ channels: 'a' });
  const reader = subscription[Symbol.asyncIterator]();
  assert.equal((await reader.next()).value.data, 1);
  subscription.pause();
  subscription.resume();
  assert.equal(heard, 1);
});

test('acknowledges once for many, never less than was acknowledged', async () => {
  const acks = [];
  sockets(async (socket) => {
    socket.open();
    const { id, durable, 'max-unacked': window } = await subscribed(socket);
    assert.deepEqual([durable, window], ['mine', 50]);
    for (let n = 1; n <= 3; n++) socket.event(id, `c${n}`, n);
    for (;;) {
      const ack = await socket.heard('ack');
      if (!ack) return;
      acks.push(ack.cursor);
      socket.say({ op: 'acked', id: ack.id, subscription: id });
    }
  });
  const sluice = client();
  const subscription = sluice.subscribe({ channels: 'a', durable: 'mine', maxUnacked: 50 });
  const [one, two, three] = await next(subscription, 3);
  await Promise.all([subscription.ack(two), subscription.ack(three), subscription.ack(one)]);
  assert.deepEqual(acks, ['c3']);
  await assert.rejects(sluice.subscribe({ channels: 'a' }).ack('c1'), /durable/);
});

test('acknowledges by a post where there is no socket', async () => {
  let body;
  server.on['GET /v1/stream'] = (request, response) => stream(response)('c1', 1);
  server.on['POST /v1/acks'] = (request, response, sent) => ((body = sent), response.writeHead(204).end());
  const subscription = client({ transports: ['sse'] }).subscribe({ channels: 'a', durable: 'mine' });
  const [item] = await next(subscription, 1);
  await subscription.ack(item);
  assert.deepEqual(JSON.parse(body), { durable: 'mine', cursor: 'c1' });
});

// ---- Publishing

const HTTP = 'POST /v1/channels/a.b/events';

test('publishes with one id for all tries', async () => {
  let tries = 0;
  server.on[HTTP] = (request, response, body) => {
    switch (++tries) {
      case 1: return response.destroy();
      case 2: return problem(response, 503, 'unavailable', {}, { 'Retry-After': '0' });
      case 3: return response.end('no receipt');
      default: return response.writeHead(201).end(JSON.stringify({ id: request.headers['idempotency-key'], channel: 'a.b', cursor: 'c1' }));
    }
  };
  const receipt = await client().publish('a.b', { n: 1 }, { type: 'x y' });
  const ids = new Set(server.to('/v1/channels/a.b/events').map(({ headers }) => headers['idempotency-key']));
  assert.equal(ids.size, 1);
  assert.deepEqual(receipt, { id: [...ids][0], channel: 'a.b', cursor: 'c1' });
  assert.equal(server.asked[0].query.get('type'), 'x y');
  assert.equal(server.asked[0].body, '{"n":1}');
});

test('publishes text, bytes and attributes as what they are', async () => {
  server.on[HTTP] = (request, response) => response.writeHead(201).end('{"id":"i","channel":"a.b"}');
  const sluice = client();
  await sluice.publish('a.b', 'text');
  await sluice.publish('a.b', Uint8Array.of(65, 66));
  await sluice.publish('a.b', '{}', { id: 'i', contentType: 'application/json', subject: 'größe "1"', attributes: { region: 'eu' } });
  assert.deepEqual(server.asked.map(({ headers, body }) => [headers['content-type'], body]), [
    ['text/plain;charset=utf-8', 'text'], ['application/octet-stream', 'AB'], ['application/json', '{}'],
  ]);
  const { headers } = server.asked[2];
  assert.deepEqual([headers['ce-id'], headers['ce-subject'], headers['ce-region'], headers['ce-specversion']], ['i', 'gr%C3%B6%C3%9Fe%20%221%22', 'eu', '1.0']);
});

test('a refused publish rejects at once', async () => {
  server.on[HTTP] = (request, response) => problem(response, 413, 'too-large', { field: 'data' });
  await assert.rejects(client().publish('a.b', 1), { reason: 'too-large', field: 'data', status: 413 });
  assert.equal(server.asked.length, 1);
});

test('keeps the order of a channel, and a bounded queue', async () => {
  const bodies = [];
  server.on[HTTP] = (request, response, body) => {
    if (bodies.length === 0 && server.asked.length < 3) return response.destroy();
    bodies.push(body);
    response.writeHead(201).end('{"id":"i","channel":"a.b"}');
  };
  const sluice = client({ queue: 3 });
  const all = [1, 2, 3].map((n) => sluice.publish('a.b', n));
  await assert.rejects(sluice.publish('a.b', 4), { reason: 'queue-full' });
  await Promise.all(all);
  assert.deepEqual(bodies, ['1', '2', '3']);
});

test('says honestly when nobody knows whether it arrived', async () => {
  server.on[HTTP] = (request, response) => response.destroy();
  await assert.rejects(client({ publishTimeoutMs: 60 }).publish('a.b', 1), { reason: 'unconfirmed' });
});

test('publishes over the open socket, and by HTTP when that breaks, with the same id', async () => {
  let overSocket;
  sockets(async (socket, n) => {
    socket.open();
    if (n > 1) return;
    await subscribed(socket);
    overSocket = await socket.heard('publish');
    socket.raw.destroy();
    server.on.socket = undefined;
  });
  server.on['GET /v1/stream'] = (request, response) => stream(response);
  server.on[HTTP] = (request, response) => response.writeHead(201).end(JSON.stringify({ id: request.headers['idempotency-key'], channel: 'a.b' }));
  const sluice = client();
  const subscription = sluice.subscribe({ channels: 'a' });
  await until('live', () => subscription.state.name === 'live');
  const receipt = await sluice.publish('a.b', Uint8Array.of(1, 2), { type: 't' });
  assert.equal(receipt.id, overSocket.event_id);
  assert.deepEqual([overSocket.data_base64, overSocket.content_type, overSocket.type], ['AQI=', 'application/octet-stream', 't']);
});

test('opens a WebSocket for a publish where there is no other way', async () => {
  const all = sockets(async (socket) => {
    socket.open();
    for (let said; (said = await socket.heard('publish')); ) socket.say({ op: 'published', id: said.id, event_id: said.event_id, channel: said.channel, cursor: 'c1' });
  });
  const sluice = client({ base: undefined, urls: { websocket: server.url } });
  const receipts = await Promise.all([1, 2, 3].map((n) => sluice.publish(`a.${n}`, n)));
  assert.deepEqual(receipts.map(({ channel }) => channel), ['a.1', 'a.2', 'a.3']);
  assert.equal(all.length, 1);
  assert.throws(() => client({ base: undefined, urls: { sse: server.url } }).publish('a', 1), /'urls.publish'/);
});

// ---- The smaller one

test('who only listens has the same, without publish', async () => {
  server.on['GET /v1/stream'] = (request, response) => stream(response)('c1', 1);
  const listener = listen({ base: server.url, token: 'token', ...QUICK, transports: ['sse'] });
  clients.push(listener);
  assert.equal('publish' in listener, false);
  assert.deepEqual(await take(listener.subscribe({ channels: 'a' }), 1), [1]);
  assert.throws(() => listen({}), { name: 'TypeError', message: /option 'base'/ });
});

// ---- The end

test('after close nothing runs: no timer, no socket, no listener', async () => {
  sockets(async (socket) => {
    socket.open();
    await subscribed(socket);
  });
  const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const own = new AbortController();
  const sluice = client({ signal: own.signal });
  const live = sluice.subscribe({ channels: 'a', signal: own.signal });
  const waiting = client({ base: 'http://127.0.0.1:1', transports: ['poll'] });
  const never = waiting.subscribe({ channels: 'a' });
  const publish = waiting.publish('a.b', 1);
  await until('live', () => live.state.name === 'live');
  await until('waiting', () => never.state.name === 'waiting');
  sluice.close();
  waiting.close();
  await assert.rejects(publish, { reason: 'closed' });
  assert.equal(live.state.name, 'closed');
  assert.equal(await never.closed, undefined);
  await until('no timer', () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length <= before + 1);
  await until('the socket is closed', () => [...server.sockets].length === 0);
});

test('after close nothing runs, with a socket that was only asked for', async () => {
  const sluice = client({ token: 'opaque/token=' });
  server.on['POST /v1/tickets'] = (request, response) => {
    sluice.close();
    response.writeHead(201).end('{"ticket":"T/1"}');
  };
  sockets((socket) => socket.open());
  await sluice.subscribe({ channels: 'a' }).closed;
  await until('the answer is there', () => server.asked.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(server.asked.map(({ path }) => path), ['/v1/tickets']);
});

test('after close nothing runs, with a reader that was behind', async () => {
  server.on['GET /v1/stream'] = (request, response) => {
    const write = stream(response);
    for (let n = 1; n <= 10; n++) write(`c${n}`, n);
  };
  const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const sluice = client({ transports: ['sse'] });
  const subscription = sluice.subscribe({ channels: 'a', buffer: 2 });
  await until('behind', () => subscription.state.name === 'catching-up');
  subscription.close();
  await until('the stream is closed', () => !server.sockets.size);
  assert.equal(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length, before);
});

test('a thousand reconnects lose nothing and repeat nothing', async () => {
  let streams = 0;
  server.on['GET /v1/stream'] = (request, response, body, query) => {
    streams++;
    const n = Number(query.get('cursor')?.slice(1) ?? 0) + 1;
    const write = stream(response, 15_000, query.get('cursor') ?? 'c0');
    write(`c${n}`, n);
    if (n % 3 === 0) response.write(`id: c${n + 1}\ndata: {"cut`);
    setTimeout(() => response.destroy(), 1);
  };
  const subscription = client({ transports: ['sse'], backoff: { firstMs: 1, mostMs: 2 } }).subscribe({ channels: 'a' });
  const data = (await next(subscription, 1_000)).map((item) => item.data);
  assert.deepEqual(data, Array.from({ length: 1_000 }, (_, n) => n + 1));
  assert.ok(streams >= 1_000);
});
