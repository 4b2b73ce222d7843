import { MOVED, SluiceError, asError, nonsense, ofServer } from './error.js';
import { parse } from './events.js';
import { ask } from './http.js';
import { LINGER_MS } from './limits.js';
import { listen, pause, watched, within } from './time.js';

const SUBPROTOCOL = 'sluice.v1.json';
/** A token that may be part of a subprotocol's name (RFC 9110, token); another one buys a ticket. */
const TOKEN = /^[\w.~+-]+$/;

/**
 * WebSocket: one for all subscriptions and publishes.
 * @param {import('./client.js').Parts} client
 */
export function socketTransport(client) {
  /** @type {Connection | undefined} */
  let current;
  /** @type {Connection | undefined} */
  let proven;

  /** Proven to carry in both directions. */
  async function open() {
    const connection = (current ??= connect(client, () => (current = proven = undefined)));
    await connection.ready;
    // None, if it has ended meanwhile.
    proven = current;
    return connection;
  }

  return {
    open,
    /** The one that is open and proven; publishes go over it. */
    connection: () => proven,
    /** @type {import('./subscription.js').Transport} */
    async run(session) {
      const connection = await open();
      // Who only tries it knows enough.
      if (session.isTrial) session.abort(MOVED);
      await connection.carry(session);
    },
  };
}

/** @typedef {ReturnType<typeof connect>} Connection */

/**
 * One WebSocket.
 * @param {import('./client.js').Parts} client @param {() => void} ended
 */
function connect(client, ended) {
  const { options, tokens } = client;
  /** What to do with an answer, or when there is none, by the id of the request. @type {Map<string, [(said: any) => void, (error: unknown) => void]>} */
  const asked = new Map();
  /** What to do with a message, and with an error that makes, by the id of the subscription. @type {Map<string, [(said: any) => void, (error: unknown) => void]>} */
  const carried = new Map();
  let ids = 0;
  /** @type {WebSocket | undefined} */
  let socket;
  /** What the server said first. @type {any} */
  let open;
  /** @type {import('./time.js').Life} */
  const life = watched(client.signal);
  const { signal } = life;

  async function begin() {
    const token = (life.token = await tokens.get());
    const protocols = [SUBPROTOCOL];
    let ticket;
    if (token && TOKEN.test(token)) protocols.push(`sluice.bearer.${token}`);
    else if (token) {
      const answer = await ask(client, life, 'websocket', '/v1/tickets', { json: { for: '/v1/ws' }, ms: options.openTimeoutMs });
      ticket = parse(await answer.text()).ticket;
    }
    signal.throwIfAborted();
    life.watch(options.openTimeoutMs);
    const url = client.url('websocket', '/v1/ws', { ticket });
    const made = (socket = new options.WebSocket(url.replace(/^http/, 'ws'), protocols));
    made.onmessage = ({ data }) => hear(data);
    // Our server closes with a reason of its own; and not every platform closes what it could not open.
    made.onclose = made.onerror = (/** @type {Partial<CloseEvent>} */ { code = 0, reason = '' }) =>
      life.abort(new SluiceError(code > 1_008 && /^[a-z-]+$/.test(reason) ? reason : 'network', `the WebSocket failed${code ? ` with ${code}` : ''}`));
    const said = await new Promise((...then) => asked.set('open', then));
    if (made.protocol !== SUBPROTOCOL) throw nonsense(`the server chose '${made.protocol}'`);
    life.beats(said);
    open = said;
    await check();
    signal.throwIfAborted();
    linger();
  }

  /** When nobody uses it for long, it ends. */
  async function linger() {
    let before;
    do {
      before = ids;
      await pause(LINGER_MS, signal);
    } while (!signal.aborted && (carried.size || before < ids));
    life.abort(MOVED);
  }

  /** @param {string} op @param {Record<string, unknown>} members @param {[(said: any) => void, (error: unknown) => void]} then @param {string} [id] */
  function say(op, members, then, id = `${++ids}`) {
    signal.throwIfAborted();
    asked.set(id, then);
    socket?.send(JSON.stringify({ op, id, ...members }));
  }

  /** @param {string} op @param {Record<string, unknown>} [members] @returns {Promise<any>} the answer */
  const request = (op, members = {}) => new Promise((...then) => say(op, members, then));

  /** Does it still get through, in both directions? It ends if not. */
  const check = () => within(request('ping'), options.openTimeoutMs, signal).catch((error) => life.abort(error));

  /** @param {unknown} text */
  function hear(text) {
    life.watch();
    let { report } = client;
    try {
      const said = parse(text);
      const { op, id = op, subscription } = said;
      const [resolve, reject = report] = asked.get(id) ?? [];
      const [take, tell = report] = carried.get(subscription) ?? [];
      asked.delete(id);
      if (op === 'error') reject(ofServer(said));
      else if (resolve) resolve(said);
      else if (take) {
        report = tell;
        take(said);
      } else if (op === 'expiring') tokens.renew(life, said.tokenExpires, (token) => request('auth', { token }));
      // What comes too late is passed over.
      else if (id === op && !subscription) {
        if (op !== 'close') throw nonsense(`unknown message '${op}'`);
        life.abort(ofServer(said));
      }
    } catch (thrown) {
      const error = asError(thrown, 'protocol');
      report(error);
      if (!open) life.abort(error);
    }
  }

  listen(signal, 'abort', () => {
    const { reason } = signal;
    tokens.blame(reason, life);
    // Why a handshake was refused nobody tells a page; it may have been the token.
    if (!open) tokens.forget(life.token);
    if (socket) {
      // Not onerror: in Node.js an error of which nobody hears ends the process.
      socket.onmessage = socket.onclose = null;
      socket.close();
    }
    ended();
    for (const [, reject] of asked.values()) reject(reason);
  }, signal);

  const ready = begin();
  ready.catch((error) => life.abort(error));

  return {
    ready,
    request,
    check,

    /**
     * Until the session ends. While the reader is behind it is not subscribed: nobody can stop reading a WebSocket, but from one that
     * others use too one can leave.
     * @param {import('./subscription.js').Session} session
     */
    async carry(session) {
      for (;;) {
        const here = watched(signal, session.signal);
        here.signal.throwIfAborted();
        const id = `s${++ids}`;
        const end = (/** @type {unknown} */ error) => {
          session.isAlone = !signal.aborted;
          session.abort(error);
        };
        const hear = (/** @type {any} */ said) => {
          const { op, event = said, reason, cursor } = said;
          // A change of the token's filter closes it as forbidden; whether it really is the next try tells.
          if (op === 'close') end(reason === 'forbidden' ? new SluiceError('unavailable', 'begun anew') : ofServer(said));
          else session.hear(op, event, cursor);
          if (session.isFull() && !session.wanted().durable) here.abort();
        };
        carried.set(id, [hear, session.report]);
        session.ack = (cursor) => request('ack', { subscription: id, cursor });
        const begun = (/** @type {any} */ said) => {
          life.beats(said);
          session.hear('open', open, said.cursor);
        };
        say('subscribe', { ...session.wanted(), format: 'cloudevents', heartbeat: options.heartbeat }, [begun, end], id);
        await pause(Infinity, here.signal);
        carried.delete(id);
        session.ack = undefined;
        request('unsubscribe', { subscription: id }).catch(() => {});
        await session.room();
      }
    },
  };
}
