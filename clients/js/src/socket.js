import { MOVED, SluiceError, asError, nonsense, ofServer } from './error.js';
import { parse } from './events.js';
import { ask, json, query } from './http.js';
import { LINGER_MS } from './limits.js';
import { watched } from './session.js';
import { pause, watchdog, within } from './time.js';

const SUBPROTOCOL = 'sluice.v1.json';
/** What the name of a subprotocol may be made of (RFC 9110, token). */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/**
 * WebSocket: one for all subscriptions and publishes.
 * @param {import('./client.js').Parts} client
 */
export function socketTransport(client) {
  const { options, tokens } = client;
  /** @type {Promise<Connection> | undefined} */
  let connecting;
  /** @type {Connection | undefined} */
  let proven;

  async function connect() {
    /** @type {Connection | undefined} */
    let connection;
    try {
      const token = await tokens.get();
      const protocols = [SUBPROTOCOL];
      let ticket;
      if (token && TOKEN.test(token)) protocols.push(`sluice.bearer.${token}`);
      else if (token) {
        const answer = await ask(client, 'websocket', '/v1/tickets', token, AbortSignal.timeout(options.openTimeoutMs), json({ for: '/v1/ws' }));
        ticket = parse(await answer.text()).ticket;
      }
      const url = client.url('websocket', `/v1/ws${query({ ticket, heartbeat: options.heartbeat })}`);
      client.signal.throwIfAborted();
      connection = carrier(client, token, new options.WebSocket(url.replace(/^http/, 'ws'), protocols), () => (proven = connecting = undefined));
      await connection.opening;
      await connection.check();
      return (proven = connection);
    } catch (error) {
      if (!connection) connecting = undefined;
      throw error;
    }
  }

  /** @returns {Promise<Connection>} proven to carry in both directions */
  const open = () => (connecting ??= connect());

  return {
    open,
    /** The one that is open and proven; publishes go over it. */
    connection: () => proven,
    /** @type {import('./subscription.js').Transport} */
    async run(session) {
      const connection = await open();
      // Who only tries it knows enough.
      if (session.isTrial) session.opened();
      await connection.carry(session);
    },
  };
}

/** @typedef {ReturnType<typeof carrier>} Connection */

/**
 * One WebSocket.
 * @param {import('./client.js').Parts} client @param {string | undefined} token @param {WebSocket} socket @param {() => void} ended
 */
function carrier(client, token, socket, ended) {
  const { options, tokens, report } = client;
  /** @type {Map<string, { resolve: (said: any) => void, reject: (error: unknown) => void }>} */
  const asked = new Map();
  /** @type {Map<string, { session: import('./subscription.js').Session, hear: (said: any) => void, end: (error: unknown) => void }>} */
  const carried = new Map();
  let ids = 0;
  /** Whether the server has spoken. */
  let opened = false;
  let serverTime = '';
  const life = watched(client.signal);
  const { signal } = life;
  /** @type {ReturnType<typeof watchdog>} */
  const idle = watchdog(signal, () => (carried.size ? idle.watch() : life.abort(MOVED)));

  /** @param {string} id @returns {Promise<any>} */
  const answer = (id) => new Promise((resolve, reject) => asked.set(id, { resolve, reject }));

  /** @param {string} op @param {Record<string, unknown>} [members] @returns {Promise<any>} the answer */
  async function request(op, members, id = `${++ids}`) {
    signal.throwIfAborted();
    idle.alive();
    socket.send(JSON.stringify({ op, id, ...members }));
    return answer(id);
  }

  /** @param {unknown} text */
  function hear(text) {
    life.alive();
    let member;
    try {
      const said = parse(text);
      const { op, subscription } = said;
      const id = op === 'open' ? op : said.id;
      const request = asked.get(id);
      member = carried.get(subscription);
      if (/^(subscribed|event|gap|heartbeat|close)$/.test(op)) {
        if (member) member.hear(said);
        else if (op === 'close' && !subscription) life.abort(ofServer(said));
      } else if (op === 'expiring') tokens.renew(token, said.tokenExpires, life, authenticate);
      else if (op === 'error') (request?.reject ?? report)(ofServer(said));
      else {
        // What is of a later version has to make do with being ignored.
        if (!/^(open|pong|unsubscribed|published|acked|authenticated)$/.test(op)) throw nonsense(`unknown message '${op}'`);
        if (op === 'open') {
          if (socket.protocol !== SUBPROTOCOL) throw nonsense(`the server chose '${socket.protocol}'`);
          life.beats(said);
          opened = true;
          serverTime = said.serverTime;
        }
        request?.resolve(said);
      }
      asked.delete(id);
    } catch (thrown) {
      const error = asError(thrown, 'protocol');
      if (member && error.isFinal) member.end(error);
      else if (!member?.session.signal.aborted) (member?.session.report ?? report)(error);
      if (!opened) life.abort(error);
    }
  }

  /** @param {string | undefined} fresh */
  async function authenticate(fresh) {
    await request('auth', { token: fresh });
    token = fresh;
  }

  const opening = answer('open');
  signal.addEventListener('abort', () => {
    const { reason } = signal;
    tokens.blame(reason, token);
    // Why a handshake was refused nobody tells a page; it may have been the token.
    if (!opened) tokens.forget(token);
    // Not onerror: in Node.js an error of which nobody hears ends the process.
    socket.onmessage = socket.onclose = null;
    socket.close();
    ended();
    for (const { reject } of asked.values()) reject(reason);
    for (const { session } of carried.values()) session.abort(reason);
  });
  life.watch(options.openTimeoutMs);
  idle.watch(LINGER_MS);
  socket.onmessage = ({ data }) => hear(data);
  // Our server closes with a reason of its own; and not every platform closes what it could not open.
  socket.onclose = socket.onerror = (/** @type {Partial<CloseEvent>} */ { code = 0, reason = '' }) =>
    life.abort(new SluiceError(code > 1_008 && /^[a-z-]+$/.test(reason) ? reason : 'network', `the WebSocket failed${code ? ` with ${code}` : ''}`));

  return {
    opening,
    request,

    /** Does it still get through, in both directions? It ends if not. */
    async check() {
      try {
        await within(request('ping'), options.openTimeoutMs, 'a pong', signal);
      } catch (error) {
        life.abort(error);
        throw error;
      }
    },

    /**
     * Until the session ends. While the reader is behind it is not subscribed: nobody can stop reading a WebSocket, but from one that
     * others use too one can leave.
     * @param {import('./subscription.js').Session} session
     */
    async carry(session) {
      for (;;) {
        signal.throwIfAborted();
        session.signal.throwIfAborted();
        const id = `s${++ids}`;
        const leave = new AbortController();
        let begun = false;
        const end = (/** @type {unknown} */ error) => {
          session.isAlone = !signal.aborted;
          session.abort(error);
        };
        const hear = (/** @type {any} */ said) => {
          if (said.op === 'subscribed') {
            begun = true;
            session.opened(said.cursor, serverTime);
            // A change of the token's filter closes it as forbidden; whether it really is the next try tells.
          } else if (said.op === 'close') end(said.reason === 'forbidden' ? new SluiceError('unavailable', 'begun anew') : ofServer(said));
          else session.hear(said.op, said.event ?? said, said.cursor);
          if (begun && session.isFull() && !session.wanted().durable) leave.abort();
        };
        carried.set(id, { session, hear, end });
        session.ack = (cursor) => request('ack', { subscription: id, cursor });
        request('subscribe', { ...session.wanted(), format: 'cloudevents' }, id).catch(end);
        await pause(Infinity, session.signal, leave.signal);
        carried.delete(id);
        session.ack = undefined;
        request('unsubscribe', { subscription: id }).catch(() => {});
        await session.room();
      }
    },
  };
}
