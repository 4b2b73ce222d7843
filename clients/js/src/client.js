import { SluiceError } from './error.js';
import { ask } from './http.js';
import { Ladder } from './ladder.js';
import { checkPublish, subscribeOptions } from './options.js';
import { PollTransport } from './poll.js';
import { Positions } from './positions.js';
import { Publishing } from './publishing.js';
import { MOVED } from './session.js';
import { SocketTransport } from './socket.js';
import { StreamTransport } from './stream.js';
import { Subscription } from './subscription.js';
import { Tokens } from './tokens.js';

/** A client of one Sluice: what {@link connect} gives. */
export class Client {
  /** @type {Set<Subscription>} */ #subscriptions = new Set();
  #life = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #return;

  /** @internal @param {import('./options.js').Options} options checked */
  constructor(options) {
    this.options = options;
    this.ladder = new Ladder(options.transports.length, options.backoff, options.returnAfterMs);
    this.tokens = new Tokens(options.token, options.tokenTimeoutMs, this.#life.signal);
    this.positions = new Positions();
    this.socket = new SocketTransport(this);
    const transports = { websocket: this.socket, sse: new StreamTransport(this), poll: new PollTransport(this) };
    this.transports = options.transports.map((name) => transports[name]);
    this.publishing = new Publishing(this, this.#life.signal);
    this.close = this.close.bind(this);
    this.wake = this.wake.bind(this);
    options.signal?.addEventListener('abort', this.close);
    globalThis.addEventListener?.('online', this.wake);
    globalThis.document?.addEventListener('visibilitychange', this.wake);
    if (options.signal?.aborted) this.close();
  }

  /**
   * @param {import('./options.js').SubscribeOptions} options
   * @returns {Subscription} running
   */
  subscribe(options) {
    const checked = subscribeOptions(options);
    if (this.#life.signal.aborted) throw new SluiceError('closed', 'the client is closed');
    if (this.transports.length === 0) throw new TypeError("option 'urls': there is no address to subscribe at");
    const subscription = new Subscription(this, checked);
    if (subscription.state.name !== 'closed') this.#subscriptions.add(subscription);
    return subscription;
  }

  /**
   * Publishes, and goes on trying while it can't; it arrives once. One channel's events arrive in the order of the calls.
   * @param {string} channel
   * @param {unknown} data bytes, a string, or a JSON value
   * @param {import('./options.js').PublishOptions} [options]
   * @returns {Promise<{ id: string, channel: string, cursor?: string }>} when Kafka has it
   */
  publish(channel, data, options = {}) {
    checkPublish(channel, options);
    const { urls, WebSocket } = this.options;
    if (!urls.publish && !(urls.websocket && WebSocket)) throw new TypeError("option 'urls.publish': there is no address to publish at");
    return this.publishing.publish(channel, data, options);
  }

  /** The transport in use. */
  get transport() {
    return this.transportName(this.ladder.rung);
  }

  /** Ends all subscriptions and gives up what is not published yet. Nothing of it goes on running. */
  close() {
    if (this.#life.signal.aborted) return;
    this.#life.abort();
    clearTimeout(this.#return);
    this.options.signal?.removeEventListener('abort', this.close);
    globalThis.removeEventListener?.('online', this.wake);
    globalThis.document?.removeEventListener('visibilitychange', this.wake);
    for (const subscription of this.#subscriptions) subscription.close();
    this.publishing.close();
    this.socket.close();
  }

  // ---- For its parts

  /** @internal */
  get isClosed() {
    return this.#life.signal.aborted;
  }

  /** @internal */
  wake() {
    if (globalThis.document?.visibilityState === 'hidden') return;
    this.ladder.wake();
    this.socket.check();
  }

  /** @internal @param {number} rung */
  transportName(rung) {
    return this.options.transports[rung];
  }

  /** @internal @param {import('./options.js').TransportName | 'publish'} name @param {string} path */
  url(name, path) {
    const list = this.options.urls[name];
    return list[this.ladder.turn % list.length] + path;
  }

  /** @internal @param {SluiceError} error @param {Subscription} [subscription] */
  report(error, subscription) {
    for (const hear of [subscription?.options.onError, this.options.onError]) {
      try {
        hear?.(error);
      } catch (thrown) {
        console.error('sluice: onError failed', thrown);
      }
    }
  }

  /** @internal @param {Subscription} subscription */
  left(subscription) {
    this.#subscriptions.delete(subscription);
    this.positions.flush(subscription);
  }

  /** A subscription runs on that rung; if it is not the best one, that is tried again later. @internal @param {number} rung */
  carried(rung) {
    if (rung > 0 && this.#return === undefined) this.#return = setTimeout(() => this.#climb(), this.ladder.returnMs);
  }

  async #climb() {
    const { epoch, rung } = this.ladder;
    for (let better = 0; better < rung; better++) {
      const [subscription] = this.#subscriptions;
      if (!subscription) break;
      const ok = await this.transports[better].probe(subscription, this.#life.signal).catch((/** @type {SluiceError} */ error) => {
        if (!this.#life.signal.aborted) this.report(error);
        return false;
      });
      if (this.#life.signal.aborted) return;
      if (ok && this.ladder.epoch === epoch) {
        this.ladder.moveTo(better);
        for (const each of this.#subscriptions) if (each.session && each.session.rung > better) each.session.end(MOVED);
        break;
      }
    }
    this.#return = undefined;
    if (this.ladder.rung > 0 && this.#subscriptions.size > 0) this.carried(this.ladder.rung);
  }

  /** @internal @param {Subscription} subscription @param {string} cursor @param {AbortSignal} signal */
  async acknowledge(subscription, cursor, signal) {
    if (await this.socket.acknowledge(subscription, cursor)) return;
    const token = await this.tokens.get();
    const body = JSON.stringify({ durable: subscription.options.durable, cursor });
    await ask(this, this.url(this.options.urls.sse ? 'sse' : 'poll', '/v1/acks'), {
      token,
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
      signal,
    });
  }
}
