import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';

const root = new URL('../../', import.meta.url);

/** Runs clients, and hands on what each says: `(name, kind, what)`. The same in Node.js and in a page. */
export function clients(connect, hear) {
  const running = {};
  return {
    start(name, { deskUrl, connectOptions, subscribeOptions }) {
      const token = async () => {
        const answer = await fetch(`${deskUrl}/token?of=${name}`, { cache: 'no-store' });
        if (!answer.ok) throw new Error(`the desk says ${answer.status}`);
        return answer.text();
      };
      // Of somebody whose signal outlives the client: what still listens to it then is left.
      const signal = connectOptions.signal ?? new AbortController().signal;
      const sluice = connect({ ...connectOptions, signal, token, onError: (error) => hear(name, 'error', error.message) });
      const { durable } = subscribeOptions;
      const subscription = sluice.subscribe({
        ...subscribeOptions,
        signal,
        onEvent: async (event) => {
          hear(name, 'event', event.data);
          if (durable) await subscription.ack(event);
        },
        onGap: ({ gap }) => hear(name, 'gap', gap.reason),
        onState: (state) => hear(name, 'state', { name: state.name, transport: state.transport, reason: state.error?.reason }),
      });
      running[name] = sluice;
    },
    stop(name) {
      running[name].close();
      delete running[name];
    },
  };
}

/** Counts in a page what it has begun and not ended: `left()` names the timers, the listeners of what can still happen, the sockets. */
function counting() {
  const timers = new Map();
  for (const [begin, end, repeats] of [['setTimeout', 'clearTimeout'], ['setInterval', 'clearInterval', true]]) {
    const begun = window[begin];
    const ended = window[end];
    window[begin] = (run, ms, ...values) => {
      const timer = begun(() => {
        if (!repeats) timers.delete(timer);
        run(...values);
      }, ms);
      timers.set(timer, `${begin}(${run}, ${ms})`);
      return timer;
    };
    window[end] = (timer) => {
      timers.delete(timer);
      ended(timer);
    };
  }
  const listeners = new Map();
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function add(type, hear, how) {
    const target = this ?? window;
    if (!listeners.has(target)) listeners.set(target, new Set());
    if (![...listeners.get(target)].some((each) => each.type === type && each.hear === hear)) listeners.get(target).add({ type, hear });
    addEventListener.call(target, type, hear, how);
  };
  EventTarget.prototype.removeEventListener = function remove(type, hear, how) {
    const target = this ?? window;
    for (const each of listeners.get(target) ?? []) if (each.type === type && each.hear === hear) listeners.get(target).delete(each);
    removeEventListener.call(target, type, hear, how);
  };
  const sockets = new Set();
  window.WebSocket = class extends WebSocket {
    constructor(...how) {
      super(...how);
      sockets.add(this);
    }
  };
  window.left = () => [
    ...timers.values(),
    // Of a signal that is aborted nothing more comes.
    ...[...listeners].filter(([target]) => !target.aborted).flatMap(([target, all]) => [...all].map(({ type, hear }) => `${type} of ${target.constructor.name}: ${hear}`)),
    ...[...sockets].filter((socket) => socket.readyState < WebSocket.CLOSING || socket.onmessage || socket.onclose).map(({ url }) => `a WebSocket to ${url}`),
  ];
}

export async function inNode(hear) {
  const { connect } = await import('../../src/index.js');
  process.on('unhandledRejection', (error) => hear('', 'unhandled', String(error?.stack ?? error)));
  return { name: `Node.js ${process.versions.node}`, ...clients(connect, hear), close() {} };
}

export async function inChromium(hear) {
  const { chromium } = await import('playwright-core');
  const server = createServer(async (request, response) => {
    try {
      if (request.url === '/') return response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>client</title>');
      const body = await readFile(new URL(`.${request.url}`, root));
      response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] });
  const page = await browser.newPage();
  page.on('pageerror', (error) => hear('', 'unhandled', String(error.stack)));
  await page.addInitScript(counting);
  await page.exposeFunction('hear', hear);
  await page.goto(`http://localhost:${server.address().port}/`);
  await page.evaluate(async (source) => {
    const { connect } = await import('/src/index.js');
    const { clients } = await import(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
    window.clients = clients(connect, window.hear);
  }, `export ${clients.toString()}`);
  return {
    name: `Chromium ${browser.version()}`,
    start: (name, how) => page.evaluate(([n, h]) => window.clients.start(n, h), [name, how]),
    stop: (name) => page.evaluate((n) => window.clients.stop(n), name),
    left: () => page.evaluate(() => window.left()),
    offline: (value) => page.context().setOffline(value),
    async close() {
      await browser.close();
      server.close();
    },
  };
}
