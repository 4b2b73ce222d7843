import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

/**
 * A server that answers as its script says: `on['GET /v1/poll'] = (request, response, body) => …`, and `on.socket = (socket, request) => …`
 * for WebSockets, which have `say(message)`, `heard` (an async queue of messages), `close(code, reason)`.
 */
export class Server {
  on = {};
  /** What was asked, in order: `{ path, headers, body }`. */
  asked = [];
  sockets = new Set();
  /** The subprotocol, of those that were offered; none of them is a server of another version. */
  chooses = (offered) => offered[0];

  static async start() {
    const server = new Server();
    server.http = createServer(async (request, response) => {
      let body = '';
      for await (const piece of request) body += piece;
      const url = new URL(request.url, 'http://x');
      // For pages, which come from elsewhere.
      response.setHeader('Access-Control-Allow-Origin', '*');
      response.setHeader('Access-Control-Expose-Headers', 'Retry-After');
      if (request.method === 'OPTIONS') return response.writeHead(204, { 'Access-Control-Allow-Headers': 'Authorization, Content-Type', 'Access-Control-Max-Age': '600' }).end();
      server.asked.push({ path: url.pathname, query: url.searchParams, method: request.method, headers: request.headers, body });
      const answer = server.on[`${request.method} ${url.pathname}`];
      if (answer) answer(request, response, body, url.searchParams);
      else response.writeHead(404).end('nothing here');
    });
    server.http.on('upgrade', (request, raw) => {
      server.asked.push({ path: request.url, headers: request.headers, method: 'UPGRADE' });
      raw.on('error', () => {});
      if (!server.on.socket) return raw.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
      server.on.socket(new Socket(raw, request, server.chooses), request);
    });
    server.http.on('connection', (raw) => {
      server.sockets.add(raw);
      raw.on('close', () => server.sockets.delete(raw));
    });
    await new Promise((resolve) => server.http.listen(0, '127.0.0.1', resolve));
    server.url = `http://127.0.0.1:${server.http.address().port}`;
    return server;
  }

  /** Those requests that went there. */
  to(path) {
    return this.asked.filter((each) => each.path === path);
  }

  cut() {
    for (const raw of this.sockets) raw.destroy();
  }

  async close() {
    this.cut();
    await new Promise((resolve) => this.http.close(resolve));
  }
}

/** RFC 6455, as much of it as a test needs. */
class Socket {
  #waiting = [];
  #queue = [];
  #rest = Buffer.alloc(0);
  closed = false;

  constructor(raw, request, chooses) {
    this.raw = raw;
    this.offered = request.headers['sec-websocket-protocol'].split(',').map((name) => name.trim());
    const chosen = chooses(this.offered);
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    raw.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${chosen ? `Sec-WebSocket-Protocol: ${chosen}\r\n` : ''}\r\n`);
    raw.on('data', (bytes) => this.#read(bytes));
    raw.on('close', () => {
      this.closed = true;
      for (const { resolve } of this.#waiting) resolve(undefined);
    });
  }

  #read(bytes) {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    for (;;) {
      const rest = this.#rest;
      if (rest.length < 2) return;
      let length = rest[1] & 127;
      let at = 2;
      if (length === 126) (length = rest.readUInt16BE(2)), (at = 4);
      else if (length === 127) (length = Number(rest.readBigUInt64BE(2))), (at = 10);
      if (rest.length < at + 4 + length) return;
      const mask = rest.subarray(at, at + 4);
      const data = Buffer.from(rest.subarray(at + 4, at + 4 + length)).map((byte, i) => byte ^ mask[i % 4]);
      this.#rest = rest.subarray(at + 4 + length);
      if ((rest[0] & 15) === 8) this.raw.end();
      else if ((rest[0] & 15) === 1) this.#hear(JSON.parse(data.toString()));
    }
  }

  #hear(message) {
    if (message.op === 'ping' && this.pongs !== false) return this.say({ op: 'pong', id: message.id });
    const waiting = this.#waiting.findIndex(({ op }) => op === message.op);
    if (waiting >= 0) this.#waiting.splice(waiting, 1)[0].resolve(message);
    else this.#queue.push(message);
  }

  /** The next message with that op. */
  heard(op) {
    const at = this.#queue.findIndex((message) => message.op === op);
    if (at >= 0) return Promise.resolve(this.#queue.splice(at, 1)[0]);
    return new Promise((resolve) => this.#waiting.push({ op, resolve }));
  }

  frame(code, data) {
    const head = data.length < 126 ? Buffer.from([128 | code, data.length]) : Buffer.from([128 | code, 126, data.length >> 8, data.length & 255]);
    this.raw.write(Buffer.concat([head, data]));
  }

  say(message) {
    this.frame(1, Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)));
  }

  open(heartbeatIntervalMs = 15_000) {
    this.say({ op: 'open', session: 's', serverTime: new Date().toISOString(), heartbeatIntervalMs });
  }

  event(subscription, cursor, data, more = {}) {
    this.say({ op: 'event', subscription, cursor, event: event(data, more) });
  }

  close(code, reason = '') {
    this.frame(8, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]));
    this.raw.end();
  }
}

let ids = 0;

export function event(data, more = {}) {
  return { specversion: '1.0', id: `e${++ids}`, source: '/test', type: 'message', channel: 'a.b', time: new Date().toISOString(), datacontenttype: 'application/json', data, ...more };
}

/** An event stream's beginning. */
export function stream(response, heartbeatIntervalMs = 15_000, cursor = 'c0') {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.write(`id: ${cursor}\nevent: sluice.open\ndata: ${JSON.stringify({ session: 's', heartbeatIntervalMs, cursor })}\n\n`);
  return (/** @type {string} */ at, data) => response.write(`id: ${at}\ndata: ${JSON.stringify(event(data))}\n\n`);
}

export function problem(response, status, reason, more = {}, headers = {}) {
  response.writeHead(status, { 'Content-Type': 'application/problem+json', ...headers });
  response.end(JSON.stringify({ type: 'about:blank', status, reason, detail: 'so says the test', ...more }));
}
