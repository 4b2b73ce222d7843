import { Server, event, problem, stream } from './server.js';

const HEARTBEAT_MS = 200;

/**
 * A {@link Server} with a log of numbers, which it serves over all three transports as the real one does: from the cursor on, then
 * as they come. What it does to its clients says the test: see the methods.
 */
export class Log {
  #last = 0;
  #from = 0;
  /** Those who listen: `{ kind, at, send(n), heartbeat(), close(reason), end() }`. */
  #open = new Set();
  /** `pass`, `refuse`, or `silent`: it opens and nothing comes. */
  websocket = 'pass';
  sse = 'pass';
  /** A token that is not in here gets 401. */
  tokens = new Set(['token']);
  /** Everything gets 503. */
  away = false;
  opened = 0;

  static async start() {
    const log = new Log();
    log.server = await Server.start();
    log.server.on = { 'GET /v1/stream': log.#stream.bind(log), 'GET /v1/poll': log.#poll.bind(log), socket: log.#socket.bind(log) };
    log.heartbeats = setInterval(() => log.#open.forEach((each) => each.heartbeat?.()), HEARTBEAT_MS);
    return log;
  }

  get last() {
    return this.#last;
  }

  get url() {
    return this.server.url;
  }

  get listeners() {
    return this.#open.size;
  }

  publish(count = 1) {
    for (let i = 0; i < count; i++) {
      this.#last++;
      for (const each of this.#open) this.#serve(each);
    }
  }

  /** What is there is no more; whoever is behind it gets a gap. */
  lose() {
    this.#from = this.#last;
  }

  /** Ends all with a reason, as an edge does. */
  close(reason, reconnectAfterMs = 0) {
    for (const each of [...this.#open]) each.close(reason, reconnectAfterMs);
  }

  /** Tells all that their token is about to expire. */
  expiring() {
    for (const each of this.#open) each.expiring?.();
  }

  cut() {
    this.server.cut();
    this.#open.clear();
  }

  async end() {
    clearInterval(this.heartbeats);
    this.#open.clear();
    await this.server.close();
  }

  #serve(each) {
    if (each.at < this.#from) {
      each.gap(each.at, this.#from);
      each.at = this.#from;
    }
    while (each.at < this.#last && this.#open.has(each)) each.send(++each.at);
  }

  #begin(cursor) {
    return cursor === undefined || cursor === null ? this.#last : Number(cursor.slice(1));
  }

  #refuses(response, authorization) {
    if (this.away) problem(response, 503, 'unavailable', {}, { 'Retry-After': '0' });
    else if (!this.tokens.has(authorization?.slice(7))) problem(response, 401, 'token-expired');
    else return false;
    return true;
  }

  #stream(request, response, body, query) {
    if (this.#refuses(response, request.headers.authorization)) return;
    if (this.sse !== 'pass') return response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
    this.opened++;
    const at = this.#begin(query.get('cursor'));
    const write = stream(response, HEARTBEAT_MS, `c${at}`);
    const say = (name, data) => response.write(`id: c${each.at}\nevent: sluice.${name}\ndata: ${JSON.stringify(data)}\n\n`);
    const each = {
      at,
      send: (n) => write(`c${n}`, n),
      heartbeat: () => response.write(':\n\n'),
      gap: (from, to) => response.write(`id: c${to}\nevent: sluice.gap\ndata: {"reason":"expired","from":"c${from}","to":"c${to}"}\n\n`),
      expiring: () => say('expiring', { tokenExpires: new Date().toISOString() }),
      close: (reason, reconnectAfterMs) => {
        say('close', { reason, reconnectAfterMs, cursor: `c${each.at}` });
        response.end();
        this.#open.delete(each);
      },
    };
    this.#open.add(each);
    response.on('close', () => this.#open.delete(each));
    this.#serve(each);
  }

  #poll(request, response, body, query) {
    if (this.#refuses(response, request.headers.authorization)) return;
    this.opened++;
    const at = this.#begin(query.get('cursor'));
    const answer = () => {
      if (!this.#open.delete(each)) return;
      const from = Math.max(at, this.#from);
      const events = Array.from({ length: Math.min(500, this.#last - from) }, (_, i) => event(from + 1 + i, { cursor: `c${from + 1 + i}` }));
      const gap = from > at ? { reason: 'expired', from: `c${at}`, to: `c${from}` } : undefined;
      // A gap stands alone: what comes after it the next poll brings.
      response.end(JSON.stringify(gap ? { events: [], cursor: `c${from}`, gap } : { events, cursor: `c${from + events.length}` }));
    };
    const each = {
      at,
      send: () => setImmediate(answer),
      gap: () => setImmediate(answer),
      close: (reason) => this.#open.delete(each) && problem(response, reason === 'draining' ? 503 : 401, reason),
    };
    this.#open.add(each);
    response.on('close', () => this.#open.delete(each));
    if (at < this.#last || at < this.#from || query.get('wait') === '0') return answer();
  }

  #socket(socket, request) {
    if (this.websocket === 'refuse' || this.away) return socket.raw.destroy();
    if (this.websocket === 'silent') return;
    if (!this.tokens.has(socket.offered[1]?.slice('sluice.bearer.'.length))) return socket.close(4401, 'token-expired');
    this.opened++;
    socket.open(HEARTBEAT_MS);
    const own = new Set();
    const end = (code, reason) => {
      own.forEach((each) => this.#open.delete(each));
      if (code) socket.close(code, reason);
    };
    socket.raw.on('close', () => end());
    (async () => {
      for (let asked; (asked = await socket.heard('subscribe')); ) {
        const { id } = asked;
        const each = {
          id,
          at: this.#begin(asked.cursor),
          send: (n) => socket.event(id, `c${n}`, n),
          heartbeat: () => socket.say({ op: 'heartbeat', subscription: id, cursor: `c${each.at}` }),
          gap: (from, to) => socket.say({ op: 'gap', subscription: id, reason: 'expired', from: `c${from}`, to: `c${to}`, cursor: `c${to}` }),
          expiring: () => socket.say({ op: 'expiring', tokenExpires: new Date().toISOString() }),
          close: (reason, reconnectAfterMs) => {
            socket.say({ op: 'close', reason, reconnectAfterMs });
            end(reason === 'draining' ? 1012 : 4401, reason);
          },
        };
        socket.say({ op: 'subscribed', id, subscription: id, cursor: `c${each.at}`, heartbeatIntervalMs: HEARTBEAT_MS });
        this.#open.add(each);
        own.add(each);
        this.#serve(each);
      }
    })();
    (async () => {
      for (let asked; (asked = await socket.heard('unsubscribe')); ) {
        for (const each of own) if (each.id === asked.subscription) this.#open.delete(each), own.delete(each);
        socket.say({ op: 'unsubscribed', id: asked.id, subscription: asked.subscription });
      }
    })();
    (async () => {
      for (let asked; (asked = await socket.heard('auth')); ) {
        if (this.tokens.has(asked.token)) socket.say({ op: 'authenticated', id: asked.id });
        else socket.say({ op: 'error', id: asked.id, ...(asked.token === 'strange' ? { reason: 'forbidden', field: 'token' } : { reason: 'unauthenticated' }) });
      }
    })();
  }
}
