import { SluiceError, asError, ofServer } from './error.js';
import { eventOf, parse } from './events.js';
import { ask } from './http.js';
import { PATIENCE, query } from './stream.js';
import { Watchdog, pause, timeToRenew, within } from './time.js';

const SUBPROTOCOL = 'sluice.v1.json';
/** What the name of a subprotocol may be made of (RFC 9110, token). */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
/** A socket that nobody uses is kept so long. */
const LINGER_MS = 30_000;
/** @type {Record<number, string>} */
const REASONS = {
  1009: 'too-large', 1011: 'internal', 1012: 'draining', 1013: 'unavailable', 4400: 'protocol', 4401: 'unauthenticated',
  4403: 'forbidden', 4408: 'request-timeout', 4409: 'superseded', 4410: 'gap', 4429: 'limited',
};

/** @param {SluiceError} error @returns {SluiceError} of one subscription on a socket that stands */
const alone = (error) => Object.assign(error, { alone: true });

/** WebSocket: one for all subscriptions and publishes. */
export class SocketTransport {
  /** @type {Promise<Connection> | undefined} */ #connecting;
  /** @type {Connection | undefined} */ #open;
  #users = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #linger;

  /** @param {import('./client.js').Client} client */
  constructor(client) {
    this.client = client;
  }

  /** The one that is open and proven; publishes go over it. */
  get connection() {
    return this.#open;
  }

  /** @returns {Promise<Connection>} */
  #connection() {
    return (this.#connecting ??= (async () => {
      try {
        const connection = (this.#open = await Connection.to(this.client));
        connection.ended.then(() => {
          if (this.#open === connection) this.#open = this.#connecting = undefined;
        });
        return connection;
      } catch (error) {
        this.#connecting = undefined;
        throw error;
      }
    })());
  }

  /** For who has no subscription on it. */
  async open() {
    const connection = this.#open ?? (await this.#connection());
    if (this.#users === 0) this.#leaveSoon();
    return connection;
  }

  async probe() {
    await this.open();
    return true;
  }

  /** @param {import('./subscription.js').Subscription} subscription @param {import('./session.js').Session} session */
  async run(subscription, session) {
    this.#users++;
    clearTimeout(this.#linger);
    try {
      const connection = await this.#connection();
      await connection.carry(subscription, session);
    } finally {
      if (--this.#users === 0) this.#leaveSoon();
    }
  }

  #leaveSoon() {
    clearTimeout(this.#linger);
    if (this.client.isClosed) return;
    this.#linger = setTimeout(() => this.#users === 0 && this.#open?.end(new SluiceError('closed', 'nobody uses it')), LINGER_MS);
  }

  /** @param {import('./subscription.js').Subscription} subscription @param {string} cursor @returns {Promise<boolean>} whether it went this way */
  async acknowledge(subscription, cursor) {
    const name = this.#open?.nameOf(subscription);
    if (!this.#open || !name) return false;
    await this.#open.request('ack', { subscription: name, cursor });
    return true;
  }

  /** There may be another network now: does it still get through? */
  check() {
    const connection = this.#open;
    if (!connection) return;
    within(connection.request('ping', {}), this.client.options.openTimeoutMs, 'a pong').catch((error) => connection.end(asError(error)));
  }

  close() {
    clearTimeout(this.#linger);
    this.#open?.end(new SluiceError('closed', 'the client is closed'));
    this.#connecting?.then((connection) => connection.end(new SluiceError('closed', 'the client is closed')), () => {});
  }
}

/** One WebSocket. */
class Connection {
  /** @type {Map<string, { resolve: (said: any) => void, reject: (error: unknown) => void }>} */ #asked = new Map();
  /** @type {Map<string, { subscription: import('./subscription.js').Subscription, hear: (said: any) => void }>} */ #carried = new Map();
  #ids = 0;
  /** @type {SluiceError | undefined} */ #why;
  /** @type {(error: SluiceError) => void} */ #over = () => {};
  /** @type {Promise<SluiceError>} */ ended = new Promise((resolve) => (this.#over = resolve));
  #dog = new Watchdog(() => this.end(new SluiceError('timeout', `nothing came over WebSocket for ${this.#dog.ms} ms`)));
  #life = new AbortController();
  serverTime = '';

  /** @param {import('./client.js').Client} client @param {string | undefined} token @param {WebSocket} socket */
  constructor(client, token, socket) {
    this.client = client;
    this.token = token;
    this.socket = socket;
    /** Whether the server has spoken. */
    this.opened = false;
    this.#dog.watch(client.options.openTimeoutMs);
    this.ready = new Promise((resolve, reject) => {
      this.ended.then(reject);
      socket.onmessage = ({ data }) => this.#hear(data, () => resolve(undefined));
    });
    this.ready.catch(() => {});
    socket.onclose = ({ code, reason }) => this.end(this.#closed(code, reason));
    socket.onerror = () => {};
  }

  /** Open, and proven to carry in both directions. @param {import('./client.js').Client} client @returns {Promise<Connection>} */
  static async to(client) {
    const token = await client.tokens.get();
    const { WebSocket } = client.options;
    const protocols = [SUBPROTOCOL];
    let search = '';
    if (token !== undefined && TOKEN.test(token)) protocols.push(`sluice.bearer.${token}`);
    else if (token !== undefined) search = await ticket(client, token);
    if (client.options.heartbeat) search += `${search ? '&' : '?'}heartbeat=${client.options.heartbeat}`;
    const connection = new Connection(client, token, new WebSocket(client.url('websocket', `/v1/ws${search}`).replace(/^http/, 'ws'), protocols));
    if (client.isClosed) connection.end(new SluiceError('closed', 'the client is closed'));
    try {
      await connection.ready;
      await connection.request('ping', {});
    } catch (error) {
      // Why a handshake was refused nobody tells a page; it may have been the token.
      if (!connection.opened) client.tokens.doubt();
      throw error;
    }
    return connection;
  }

  /** @param {number} code @param {string} said */
  #closed(code, said) {
    if (!this.opened && code === 1006) return new SluiceError('network', 'the WebSocket did not open');
    const error = new SluiceError(REASONS[code] ?? 'network', `the WebSocket was closed with ${code} ${said}`);
    if (error.isOfToken) this.client.tokens.refuse(this.token);
    return error;
  }

  /** @param {unknown} data @param {() => void} opened */
  #hear(data, opened) {
    this.#dog.alive();
    try {
      if (typeof data !== 'string') throw new SluiceError('protocol', 'a binary message');
      const said = parse(data);
      if (said === null || typeof said !== 'object') throw new SluiceError('protocol', 'a message that is no object');
      const name = said.subscription;
      const asked = this.#asked.get(said.id);
      switch (said.op) {
        case 'open':
          if (!(said.heartbeatIntervalMs > 0)) throw new SluiceError('protocol', 'open without a heartbeat interval');
          if (this.socket.protocol !== SUBPROTOCOL) return this.end(new SluiceError('protocol', `the server chose '${this.socket.protocol}'`));
          this.opened = true;
          this.serverTime = said.serverTime;
          this.#dog.watch(Math.max(PATIENCE * said.heartbeatIntervalMs, 0));
          return opened();
        case 'event':
        case 'gap':
          this.#carried.get(name)?.hear(said);
          return;
        case 'heartbeat':
          if (name !== undefined) this.#carried.get(name)?.hear(said);
          return;
        case 'close':
          if (name !== undefined) this.#carried.get(name)?.hear(said);
          else this.end(ofServer(said));
          return;
        case 'expiring':
          this.#renew(said.tokenExpires);
          return;
        case 'error':
          if (asked) asked.reject(ofServer(said));
          else this.client.report(ofServer(said));
          return;
        case 'pong':
        case 'subscribed':
        case 'unsubscribed':
        case 'published':
        case 'acked':
        case 'authenticated':
          asked?.resolve(said);
          return;
        default:
          // Of a later version, which has to make do with being ignored.
          throw new SluiceError('protocol', `unknown message '${String(said.op)}'`);
      }
    } catch (thrown) {
      this.client.report(asError(thrown, 'protocol'));
      if (!this.opened) this.end(asError(thrown, 'protocol'));
    }
  }

  /** @param {string} op @param {Record<string, unknown>} members @returns {Promise<any>} the answer */
  request(op, members, id = `${++this.#ids}`) {
    return new Promise((resolve, reject) => {
      if (this.#why) return reject(this.#why);
      const settle = (/** @type {(value: any) => void} */ how) => (/** @type {any} */ value) => {
        this.#asked.delete(id);
        how(value);
      };
      this.#asked.set(id, { resolve: settle(resolve), reject: settle(reject) });
      this.socket.send(JSON.stringify({ op, id, ...members }));
    });
  }

  /** @param {import('./subscription.js').Subscription} subscription */
  nameOf(subscription) {
    for (const [name, carried] of this.#carried) if (carried.subscription === subscription) return name;
    return undefined;
  }

  /** @param {import('./subscription.js').Subscription} subscription @param {import('./session.js').Session} session */
  async carry(subscription, session) {
    while (!session.ended && !this.#why) {
      await this.#subscribe(subscription, session);
      if (session.ended) return;
      await subscription.room(session.signal);
    }
    throw this.#why ?? session.signal.reason;
  }

  /** Until the session ends, or the reader is behind: nobody can stop reading a WebSocket, but from one that others use too one can leave. */
  async #subscribe(/** @type {import('./subscription.js').Subscription} */ subscription, /** @type {import('./session.js').Session} */ session) {
    const id = `s${++this.#ids}`;
    /** @type {() => void} */
    let gone = () => {};
    try {
      await new Promise((resolve, reject) => {
        gone = () => resolve(undefined);
        session.signal.addEventListener('abort', gone);
        this.ended.then(reject);
        let begun = false;
        const hear = (/** @type {any} */ said) => {
          try {
            if (said.op === 'event') subscription.event(session, eventOf(said.event, said.cursor));
            else if (said.op === 'gap') subscription.gap(session, said, said.cursor);
            else if (said.op === 'heartbeat') subscription.heartbeat(session, said.cursor);
            // A change of the token's filter closes it as forbidden; whether it really is the next try tells.
            else reject(alone(said.reason === 'forbidden' ? new SluiceError('unavailable', 'to be subscribed anew') : ofServer(said)));
            if (begun && subscription.isFull && !subscription.options.durable) resolve(undefined);
          } catch (thrown) {
            const error = asError(thrown, 'protocol');
            if (error.isFinal) reject(alone(error));
            else this.client.report(error, subscription);
          }
        };
        this.#carried.set(id, { subscription, hear });
        this.request('subscribe', { ...subscription.wanted, format: 'cloudevents' }, id).then(
          ({ cursor }) => {
            begun = true;
            // Events may have come before the answer, and moved it on.
            subscription.opened(session, subscription.cursor ?? cursor, this.serverTime);
            if (subscription.isFull && !subscription.options.durable) resolve(undefined);
          },
          (error) => reject(this.#why ? error : alone(error)),
        );
      });
    } finally {
      session.signal.removeEventListener('abort', gone);
      this.#carried.delete(id);
      if (!this.#why) this.request('unsubscribe', { subscription: id }).catch(() => {});
    }
  }

  /** In band, before it expires; as long as there is none the old one is good. */
  async #renew(/** @type {string | undefined} */ expires) {
    const { tokens } = this.client;
    await timeToRenew(expires, this.#life.signal);
    for (let waitMs = 1_000; tokens.isRenewable && !this.#why; waitMs *= 2) {
      try {
        const token = await tokens.renew(this.token);
        if (token === undefined || token === this.token) throw new SluiceError('token', 'the token callback gave the same token again');
        await this.request('auth', { token });
        this.token = token;
        return;
      } catch (thrown) {
        const error = asError(thrown, 'token');
        if (this.#why) return;
        // Another user's: nothing of what runs here is his.
        if (error.isFinal) return this.end(error);
        if (error.isOfToken) tokens.doubt();
        this.client.report(error);
        await pause(waitMs * (0.5 + Math.random()), this.#life.signal);
      }
    }
  }

  /** @param {SluiceError} why */
  end(why) {
    if (this.#why) return;
    this.#why = why;
    this.#dog.stop();
    this.#life.abort();
    if (why.isOfToken) this.client.tokens.refuse(this.token);
    const { socket } = this;
    socket.onmessage = socket.onclose = null;
    socket.close(1000);
    for (const { reject } of [...this.#asked.values()]) reject(why);
    this.#over(why);
  }
}

/** @param {import('./client.js').Client} client @param {string} token @returns {Promise<string>} */
async function ticket(client, token) {
  const answer = await ask(client, client.url('websocket', '/v1/tickets'), {
    token,
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"for":"/v1/ws"}',
    signal: AbortSignal.timeout(client.options.openTimeoutMs),
  });
  return query({ channels: [] }, { ticket: parse(await answer.text()).ticket });
}
