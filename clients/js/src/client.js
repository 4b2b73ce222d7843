import { MOVED, asError, over } from './error.js';
import { payloadOf } from './events.js';
import { ask } from './http.js';
import { Ladder } from './ladder.js';
import { checkPublish, subscribeOptions, wrong } from './options.js';
import { PollTransport } from './poll.js';
import { Publishing } from './publishing.js';
import { Session } from './session.js';
import { SocketTransport } from './socket.js';
import { StreamTransport } from './stream.js';
import { Subscription } from './subscription.js';
import { listen } from './time.js';
import { Tokens } from './tokens.js';

/** A client of one Sluice: what {@link connect} gives. */
export class Client {
  /** @type {Set<Subscription>} */ #subscriptions = new Set();
  #life = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #return;

  /** @internal @param {import('./options.js').Options} options checked */
  constructor(options) {
    const signal = (this.signal = this.#life.signal);
    this.options = options;
    this.ladder = new Ladder(options);
    this.tokens = new Tokens(options, signal);
    this.socket = new SocketTransport(this);
    const transports = { websocket: this.socket, sse: new StreamTransport(this), poll: new PollTransport(this) };
    this.transports = options.transports.map((name) => transports[name]);
    this.publishing = new Publishing(this);
    const wake = () => this.#wake();
    listen(globalThis, 'online', wake, signal);
    listen(globalThis.document, 'visibilitychange', wake, signal);
    listen(options.signal, 'abort', () => this.close(), signal);
  }

  /**
   * @param {import('./options.js').SubscribeOptions} options
   * @returns {Subscription} running
   */
  subscribe(options) {
    const checked = subscribeOptions(options);
    if (this.ended) throw over('client');
    if (!this.transports.length) wrong('urls', 'an address to subscribe at is needed');
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
    if (!urls.publish && !(urls.websocket && WebSocket)) wrong('urls.publish', 'an address to publish at is needed');
    return this.publishing.publish(channel, payloadOf(data, options.contentType), options);
  }

  /** The transport in use. */
  get transport() {
    return this.options.transports[this.ladder.rung];
  }

  /** Ends all subscriptions and gives up what is not published yet. Nothing of it goes on running. */
  close() {
    if (this.ended) return;
    clearTimeout(this.#return);
    for (const subscription of this.#subscriptions) subscription.close();
    this.publishing.close();
    this.#life.abort(over('client'));
  }

  // ---- For its parts

  /** @internal */
  get ended() {
    return this.signal.aborted;
  }

  /** There may be another network now. */
  #wake() {
    if (globalThis.document?.visibilityState === 'hidden') return;
    this.ladder.wake();
    this.socket.connection?.check().catch(() => {});
  }

  /** @internal @param {import('./options.js').TransportName | 'publish'} name @param {string} path */
  url(name, path) {
    const list = this.options.urls[name];
    return list[this.ladder.turn % list.length] + path;
  }

  /** @internal @param {unknown} error @param {{ options: { onError?: (error: import('./error.js').SluiceError) => void } }} [subscription] */
  report(error, subscription) {
    for (const hear of [subscription?.options.onError, this.options.onError]) {
      try {
        hear?.(asError(error));
      } catch (thrown) {
        console.error('sluice: onError failed', thrown);
      }
    }
  }

  /** @internal @param {Subscription} subscription */
  left(subscription) {
    this.#subscriptions.delete(subscription);
    subscription.position.flush();
  }

  /** A subscription runs; if not on the best transport, that is tried again later. @internal */
  carried() {
    if (this.ladder.rung) this.#return ??= setTimeout(() => this.#climb(), this.ladder.returnMs);
  }

  /** Tries the better transports beside the one in use, and moves to one that opens. */
  async #climb() {
    const { ladder, signal } = this;
    const { epoch, rung } = ladder;
    const [subscription] = this.#subscriptions;
    for (let better = 0; subscription && better < rung; better++) {
      const session = new Session(0, better);
      listen(signal, 'abort', () => session.abort(MOVED), session.signal);
      const ignored = () => {};
      const error = await session.run(this.transports[better], {
        wanted: { channels: subscription.options.channels },
        cursor: '',
        options: {},
        isFull: false,
        opened: () => session.abort(MOVED),
        event: ignored, gap: ignored, heartbeat: ignored, live: ignored, room: async () => {},
      });
      if (this.ended) return;
      if (error !== MOVED) this.report(error);
      else if (ladder.epoch === epoch) {
        ladder.moveTo(better);
        for (const { session: running } of this.#subscriptions) if (running && running.rung > better) running.abort(MOVED);
        break;
      }
    }
    this.#return = undefined;
    if (this.#subscriptions.size) this.carried();
  }

  /** @internal @param {Subscription} subscription @param {string} cursor @param {AbortSignal} signal */
  async acknowledge(subscription, cursor, signal) {
    const { urls } = this.options;
    const over = this.socket.connection?.acknowledge(subscription, cursor);
    if (over) return void (await over);
    const service = urls.sse ? 'sse' : 'poll';
    if (!urls[service]) throw asError('there is no connection to acknowledge over');
    await ask(this, service, '/v1/acks', await this.tokens.get(), signal, { body: { durable: subscription.options.durable, cursor } });
  }
}
