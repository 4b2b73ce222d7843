import { MOVED, SluiceError, asError, nonsense, ofServer, over } from './error.js';
import { eventOf, parse } from './events.js';
import { ask } from './http.js';
import { PATIENCE, Watched } from './session.js';
import { query } from './stream.js';
import { jitter, listen, pause, timeToRenew, within } from './time.js';

const SUBPROTOCOL = 'sluice.v1.json';
/** What the name of a subprotocol may be made of (RFC 9110, token). */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
/** A socket that nobody uses is kept so long, or twice. */
const LINGER_MS = 30_000;

/** WebSocket: one for all subscriptions and publishes. */
export class SocketTransport {
  /** @type {Promise<Connection> | undefined} */ #connecting;
  /** The one that is open and proven; publishes go over it. @type {Connection | undefined} */ connection;

  /** @param {import('./client.js').Client} client */
  constructor(client) {
    this.client = client;
  }

  /** @returns {Promise<Connection>} proven to carry in both directions */
  open() {
    return (this.#connecting ??= this.#connect());
  }

  async #connect() {
    const { client } = this;
    const { options, tokens } = client;
    /** @type {Connection | undefined} */
    let connection;
    try {
      const token = await tokens.get();
      const protocols = [SUBPROTOCOL];
      let ticket;
      if (token && TOKEN.test(token)) protocols.push(`sluice.bearer.${token}`);
      else if (token) {
        const answer = await ask(client, 'websocket', '/v1/tickets', token, AbortSignal.timeout(options.openTimeoutMs), { body: { for: '/v1/ws' } });
        ticket = parse(await answer.text()).ticket;
      }
      const url = client.url('websocket', `/v1/ws${query({}, { ticket, heartbeat: options.heartbeat })}`);
      connection = new Connection(client, token, new options.WebSocket(url.replace(/^http/, 'ws'), protocols), () => (this.connection = this.#connecting = undefined));
      await connection.opening;
      await connection.check();
      return (this.connection = connection);
    } catch (error) {
      // Why a handshake was refused nobody tells a page; it may have been the token.
      if (!connection) this.#connecting = undefined;
      else if (!connection.opened) tokens.forget(connection.token);
      throw error;
    }
  }

  /** @param {import('./subscription.js').Carried} subscription @param {import('./session.js').Session} session */
  async run(subscription, session) {
    const connection = await this.open();
    // Who only tries it knows enough.
    if (!subscription.options.channels) return subscription.opened(session, undefined);
    await connection.carry(subscription, session);
  }
}

/** One WebSocket. */
class Connection extends Watched {
  /** @type {Map<string, { resolve: (said: any) => void, reject: (error: unknown) => void }>} */ #asked = new Map();
  /** @type {Map<string, { subscription: import('./subscription.js').Carried, session: import('./session.js').Session, hear: (said: any) => void }>} */ #carried = new Map();
  #ids = 0;
  #used = true;
  /** Whether the server has spoken. */
  opened = false;
  opening = this.#answer('open');
  serverTime = '';

  /** @param {import('./client.js').Client} client @param {string | undefined} token @param {WebSocket} socket @param {() => void} ended */
  constructor(client, token, socket, ended) {
    super();
    this.client = client;
    this.token = token;
    this.socket = socket;
    const { signal } = this;
    const idle = setInterval(() => {
      if (!this.#used && !this.#carried.size) this.abort(MOVED);
      this.#used = false;
    }, LINGER_MS);
    signal.addEventListener('abort', () => {
      const why = signal.reason;
      this.dog.stop();
      clearInterval(idle);
      client.tokens.blame(why, this.token);
      socket.onmessage = socket.onclose = null;
      socket.close();
      ended();
      for (const { reject } of this.#asked.values()) reject(why);
      for (const { session } of this.#carried.values()) session.abort(why);
    });
    this.dog.watch(client.options.openTimeoutMs);
    socket.onmessage = ({ data }) => this.#hear(data);
    socket.onerror = () => {};
    // Our server closes with a reason of its own.
    socket.onclose = ({ code, reason }) => this.abort(new SluiceError(code > 1_008 && /^[a-z-]+$/.test(reason) ? reason : 'network', `the WebSocket was closed with ${code}`));
    listen(client.signal, 'abort', () => this.abort(over('client')), signal);
  }

  /** @param {unknown} text */
  #hear(text) {
    this.dog.alive();
    try {
      const said = parse(text);
      const { op, subscription } = said;
      const id = op === 'open' ? op : said.id;
      const asked = this.#asked.get(id);
      const carried = this.#carried.get(subscription);
      if (/^(event|gap|heartbeat|close)$/.test(op)) {
        if (carried) carried.hear(said);
        else if (op === 'close' && !subscription) this.abort(ofServer(said));
      } else if (op === 'expiring') this.#renew(said.tokenExpires);
      else if (op === 'error') {
        if (asked) asked.reject(ofServer(said));
        else this.client.report(ofServer(said));
      } else {
        // What is of a later version has to make do with being ignored.
        if (!/^(open|pong|(un)?subscribed|published|acked|authenticated)$/.test(op)) throw nonsense(`unknown message '${op}'`);
        if (op === 'open') {
          if (!(said.heartbeatIntervalMs > 0)) throw nonsense('open without a heartbeat interval');
          if (this.socket.protocol !== SUBPROTOCOL) throw nonsense(`the server chose '${this.socket.protocol}'`);
          this.opened = true;
          this.serverTime = said.serverTime;
          this.dog.watch(PATIENCE * said.heartbeatIntervalMs);
        }
        asked?.resolve(said);
      }
      this.#asked.delete(id);
    } catch (thrown) {
      const error = asError(thrown, 'protocol');
      this.client.report(error);
      if (!this.opened) this.abort(error);
    }
  }

  /** @param {string} id @returns {Promise<any>} */
  #answer(id) {
    return new Promise((resolve, reject) => this.#asked.set(id, { resolve, reject }));
  }

  /** @param {string} op @param {Record<string, unknown>} [members] @returns {Promise<any>} the answer */
  async request(op, members, id = `${++this.#ids}`) {
    this.signal.throwIfAborted();
    this.#used = true;
    this.socket.send(JSON.stringify({ op, id, ...members }));
    return this.#answer(id);
  }

  /** Does it still get through, in both directions? It ends if not. */
  async check() {
    try {
      await within(this.request('ping'), this.client.options.openTimeoutMs, 'a pong', this.signal);
    } catch (error) {
      this.abort(error);
      throw error;
    }
  }

  /** @param {import('./subscription.js').Carried} subscription @param {string} cursor @returns {Promise<any> | undefined} when it runs here */
  acknowledge(subscription, cursor) {
    for (const [name, carried] of this.#carried) if (carried.subscription === subscription) return this.request('ack', { subscription: name, cursor });
  }

  /**
   * Until the session ends. While the reader is behind it is not subscribed: nobody can stop reading a WebSocket, but from one that
   * others use too one can leave.
   * @param {import('./subscription.js').Carried} subscription @param {import('./session.js').Session} session
   */
  async carry(subscription, session) {
    for (;;) {
      this.signal.throwIfAborted();
      session.signal.throwIfAborted();
      const id = `s${++this.#ids}`;
      const leave = new AbortController();
      let begun = false;
      const look = () => begun && subscription.isFull && !subscription.options.durable && leave.abort();
      const end = (/** @type {unknown} */ error) => {
        session.alone = !this.ended;
        session.abort(error);
      };
      const hear = (/** @type {any} */ said) => {
        try {
          if (said.op === 'event') subscription.event(session, eventOf(said.event, said.cursor));
          else if (said.op === 'gap') subscription.gap(session, said, said.cursor);
          else if (said.op === 'heartbeat') subscription.heartbeat(session, said.cursor);
          // A change of the token's filter closes it as forbidden; whether it really is the next try tells.
          else end(said.reason === 'forbidden' ? new SluiceError('unavailable', 'to be subscribed anew') : ofServer(said));
          look();
        } catch (thrown) {
          const error = asError(thrown, 'protocol');
          if (error.isFinal) end(error);
          else this.client.report(error, subscription);
        }
      };
      this.#carried.set(id, { subscription, session, hear });
      this.request('subscribe', { ...subscription.wanted, format: 'cloudevents' }, id).then(({ cursor }) => {
        begun = true;
        // Events may have come before the answer, and moved it on.
        subscription.opened(session, subscription.cursor ?? cursor, this.serverTime);
        look();
      }, end);
      await pause(Infinity, session.signal, leave.signal);
      this.#carried.delete(id);
      this.request('unsubscribe', { subscription: id }).catch(() => {});
      await subscription.room(session.signal);
    }
  }

  /** In band, before it expires; as long as there is none the old one is good. @param {string | undefined} expires */
  async #renew(expires) {
    const { tokens, options } = this.client;
    await timeToRenew(expires, this.signal);
    for (let attempts = 1; tokens.isRenewable && !this.ended; attempts++) {
      let token;
      try {
        tokens.forget(this.token);
        token = await tokens.get();
        if (token === this.token) throw new SluiceError('token', 'the token callback gave the same token again');
        await this.request('auth', { token });
        this.token = token;
        return;
      } catch (thrown) {
        const error = asError(thrown);
        if (this.ended) return;
        // Another user's: nothing of what runs here is his.
        if (error.isFinal) return this.abort(error);
        tokens.blame(error, token);
        this.client.report(error);
        await pause(500 + jitter(options.backoff, attempts), this.signal);
      }
    }
  }
}
