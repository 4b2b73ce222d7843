import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { after, test } from 'node:test';
import { Log } from './log.js';
import { inChromium, inNode } from './real/host.mjs';

/** What needs no real services of the fault table; the rest is test/real/faults.mjs. In Chromium: faults-chromium.test.js. */
const TRANSPORTS = ['websocket', 'sse', 'poll'];
const QUICK = { backoff: { firstMs: 5, mostMs: 50 }, openTimeoutMs: 500, tokenTimeoutMs: 300, returnAfterMs: 50 };
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const unhandled = [];
let hear = () => {};
const host = await (process.env.HOST === 'chromium' ? inChromium : inNode)((name, kind, what) => {
  if (kind === 'unhandled') unhandled.push(what);
  else hear(kind, what);
});
const isHere = host.name.startsWith('Node');
// What a browser has and Node.js has not: whoever listens there listens for too long if it goes on after close().
const page = new EventTarget();
globalThis.addEventListener = page.addEventListener.bind(page);
globalThis.removeEventListener = page.removeEventListener.bind(page);
globalThis.document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

async function until(what, condition) {
  for (let tries = 0; !(await condition()); tries++) {
    if (tries > 2_000) assert.fail(`waited for: ${what}`);
    await sleep(5);
  }
}

const table = [];
after(async () => {
  await host.close();
  console.log([host.name, ...table].join('\n'));
});

/**
 * Numbers are published all the time; the fault happens, and ends. Then each must have been seen once, in order.
 * @param {{ transports?: string[], gap?: boolean, ends?: string, token?: () => any }} how
 */
async function trial(t, happens, { transports = TRANSPORTS, gap = false, ends, token = () => 'token', before, count = 0 } = {}) {
  const log = await Log.start();
  const timersBefore = timers();
  const signal = isHere ? new AbortController().signal : undefined;
  const seen = [];
  const gaps = [];
  const errors = [];
  let state = {};
  let left;
  before?.(log);
  log.server.on['GET /token'] = async (request, response) => {
    try {
      response.end(await token());
    } catch (error) {
      response.writeHead(503).end(error.message);
    }
  };
  hear = (kind, what) => {
    if (kind === 'event') seen.push([what, performance.now()]);
    else if (kind === 'state') state = what;
    else (kind === 'gap' ? gaps : errors).push(what);
  };
  const subscription = { get state() { return state; } };
  await host.start('a', { deskUrl: log.url, connectOptions: { ...QUICK, base: log.url, transports, signal }, subscribeOptions: { channels: 'a', cursor: 'c0', signal } });
  const publishing = setInterval(() => log.publish(), 3);
  try {
    await until('the first events', () => seen.length > 3);
    await happens(log, { subscription, seen });
    const ended = performance.now();
    if (ends) {
      await until('its end', () => state.name === 'closed');
      assert.equal(state.reason, ends);
      t.diagnostic(`ended with ${ends}`);
    } else {
      const mark = log.last;
      await until('an event after it', () => (seen.at(-1)?.[0] ?? 0) > mark && seen.length >= count);
      clearInterval(publishing);
      await until('the last one', () => seen.at(-1)[0] === log.last);
      const recovered = seen.find(([n]) => n > mark)[1] - ended;
      table.push(`${t.name.padEnd(64)} ${String(seen.length).padStart(6)} events, the next new one after ${recovered.toFixed(0).padStart(5)} ms, over ${subscription.state.transport}`);
    }
  } catch (error) {
    error.message += `\nstate ${JSON.stringify(state)}, at ${seen.at(-1)?.[0]} of ${log.last}, errors ${errors.slice(-5)}`;
    throw error;
  } finally {
    clearInterval(publishing);
    await host.stop('a');
    // Before the server ends what the client has forgotten.
    left = await host.left?.();
    await log.end();
  }
  const numbers = seen.map(([n]) => n);
  assert.equal(numbers[0], 1);
  for (let i = 1; i < numbers.length; i++) if (!gap) assert.equal(numbers[i], numbers[i - 1] + 1);
  else assert.ok(numbers[i] > numbers[i - 1]);
  assert.equal(gaps.length > 0, gap);
  assert.deepEqual(unhandled.splice(0), []);
  if (!isHere) return assert.deepEqual(left, []);
  assert.equal(getEventListeners(signal, 'abort').length, 0);
  assert.equal(getEventListeners(page, 'online').length + getEventListeners(document, 'visibilitychange').length, 0);
  await until('no timer is left', () => timers() <= timersBefore);
}

for (const transport of TRANSPORTS) {
  const transports = [transport];
  test(`${transport}: the connection is cut`, (t) => trial(t, (log) => log.cut(), { transports }));
  test(`${transport}: the edge drains`, (t) => trial(t, (log) => log.close('draining', 20), { transports }));
  test(`${transport}: the edge is away`, (t) => trial(t, async (log) => {
    log.away = true;
    log.cut();
    await sleep(150);
    log.away = false;
  }, { transports }));
  test(`${transport}: events are gone`, (t) => trial(t, async (log) => {
    log.away = true;
    log.cut();
    await until('there are some to lose', async () => await sleep(50) || true);
    log.publish(10);
    log.lose();
    log.away = false;
  }, { transports, gap: true }));
  test(`${transport}: the token expires, and there is a fresh one`, (t) => {
    let n = 1;
    return trial(t, async (log) => {
      for (let round = 0; round < 3; round++) {
        log.tokens = new Set([`t${++n}`]);
        log.close('token-expired');
        await sleep(50);
      }
    }, { transports, before: (log) => (log.tokens = new Set(['t1'])), token: () => `t${n}` });
  });
  test(`${transport}: the token is revoked`, (t) => {
    let token = 'token';
    return trial(t, (log) => {
      log.tokens = new Set([token = 'other']);
      log.close('revoked');
    }, { transports, token: () => token });
  });
  for (const [name, failing] of Object.entries({ throws: () => { throw new Error('away'); }, 'never settles': () => new Promise(() => {}), 'repeats itself': () => 'token' })) {
    test(`${transport}: the token expires, and for a while the callback ${name}`, (t) => {
      let callback = () => 'token';
      return trial(t, async (log) => {
        log.tokens = new Set(['fresh']);
        callback = failing;
        log.close('token-expired');
        await sleep(400);
        callback = () => 'fresh';
      }, { transports, token: () => callback() });
    });
  }
  test(`${transport}: 50 reconnects`, (t) => trial(t, async (log) => {
    for (let i = 0; i < 50; i++) {
      const had = log.opened;
      log.cut();
      await until('it is back', () => log.opened > had);
    }
  }, { transports }));
  test(`${transport}: offline for long, then online`, (t) => trial(t, async (log, { subscription }) => {
    await host.offline?.(true);
    log.away = true;
    log.cut();
    await until('it waits', () => subscription.state.name === 'waiting');
    log.away = false;
    await host.offline?.(false);
    page.dispatchEvent(new Event('online'));
    document.dispatchEvent(new Event('visibilitychange'));
  }, { transports }));
}

test('websocket: the fresh token goes in band, the stream goes on', (t) => {
  let n = 1;
  return trial(t, async (log) => {
    const had = log.opened;
    log.tokens = new Set([`t${++n}`]);
    log.expiring();
    await sleep(1_200);
    assert.equal(log.opened, had);
  }, { transports: ['websocket'], before: (log) => (log.tokens = new Set(['t1'])), token: () => `t${n}` });
});
test('websocket: the fresh token is another user’s', (t) => {
  let token = 'token';
  return trial(t, (log) => {
    token = 'strange';
    log.expiring();
  }, { transports: ['websocket'], token: () => token, ends: 'forbidden' });
});

const blocked = {
  'a proxy refuses WebSocket': { websocket: 'refuse' },
  'WebSocket opens and is silent': { websocket: 'silent' },
  'SSE is buffered, WebSocket refused': { websocket: 'refuse', sse: 'buffer' },
};
for (const [name, how] of Object.entries(blocked)) {
  test(`${name}, from the beginning; then it is free`, (t) => trial(t, async (log, { subscription }) => {
    assert.equal(subscription.state.transport, how.sse ? 'poll' : 'sse');
    Object.assign(log, { websocket: 'pass', sse: 'pass' });
    await until('it is back on WebSocket', () => subscription.state.transport === 'websocket');
  }, { before: (log) => Object.assign(log, how) }));
  test(`${name}, from now on`, (t) => trial(t, async (log, { subscription }) => {
    Object.assign(log, how);
    log.cut();
    await until('it is on another', () => subscription.state.transport === (how.sse ? 'poll' : 'sse'));
  }));
}

test('10,000 events while transports swap', (t) => trial(t, async (log, { subscription, seen }) => {
  const feeding = setInterval(() => log.publish(40), 5);
  try {
    for (let i = 0; i < 6; i++) {
      log.websocket = i % 2 ? 'pass' : 'refuse';
      if (log.websocket === 'refuse') log.cut();
      const to = i % 2 ? 'websocket' : 'sse';
      await until(to, () => subscription.state.transport === to);
    }
    await until('10,000', () => log.last > 10_000);
  } finally {
    clearInterval(feeding);
  }
}, { transports: ['websocket', 'sse'], count: 10_000 }));
