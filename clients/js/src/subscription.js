import { SluiceError, asError } from './error.js';
import { MOVED, Session } from './session.js';
import { Watchdog, pause } from './time.js';

/** Who is behind gets one event after the other; a pause this long means that there are no more. */
const SETTLED_MS = 1_000;
/** Failures that would be the same on another transport. */
const STAYS = new Set(['token', 'limited', 'draining', 'max-age', 'stalled']);

/**
 * @typedef {object} State
 * @property {'connecting' | 'catching-up' | 'live' | 'waiting' | 'closed'} name
 * @property {import('./options.js').TransportName} [transport] the one in use or tried
 * @property {SluiceError} [error] why it waits or is closed
 * @property {number} [retryInMs] while it waits
 *
 * @typedef {import('./events.js').Item} Item
 * @typedef {import('./events.js').SluiceEvent} SluiceEvent
 */

/**
 * A subscription: an async iterable of events and gaps, for one reader. It lives until it is closed, or until something that trying
 * again can't help; then the iteration throws. What its reader does not take in time is not piled up: the server keeps it.
 * @implements {AsyncIterable<Item>}
 */
export class Subscription {
  /** @type {State} */ #state = { name: 'connecting' };
  /** @type {Item[]} */ #items = [];
  /** Whether the reader is behind so far that nothing more is fetched. */
  #full = false;
  #paused = false;
  /** @type {((result: IteratorResult<Item>) => void)[]} */ #readers = [];
  /** @type {(() => void)[]} */ #drained = [];
  #life = new AbortController();
  /** @type {SluiceError | undefined} */ #error;
  /** @type {string | undefined} */ #taken;
  #settling = new Watchdog(() => !this.isFull && this.live());
  #openedAt = 0;
  /** @type {WeakMap<object, number>} */ #order = new WeakMap();
  #count = 0;
  /** @type {{ cursor: string, order: number, waiting: { resolve: () => void, reject: (error: unknown) => void }[] } | undefined} */ #ack;
  /** @type {(error: SluiceError | undefined) => void} */ #over = () => {};
  /** @type {Session | undefined} */ session;
  /** Where it goes on. @type {string | undefined} */ cursor;
  /** Resolves when it is over: with why, or with undefined when it was closed here. */
  closed = new Promise((/** @type {(error: SluiceError | undefined) => void} */ resolve) => (this.#over = resolve));

  /**
   * @param {import('./client.js').Client} client
   * @param {import('./options.js').SubscriptionOptions} options checked
   */
  constructor(client, options) {
    this.client = client;
    this.options = options;
    this.cursor = options.cursor;
    this.close = this.close.bind(this);
    options.signal?.addEventListener('abort', this.close);
    if (options.signal?.aborted) this.close();
    else {
      this.#run();
      if (options.onEvent || options.onGap) this.#pump();
    }
  }

  get state() {
    return this.#state;
  }

  /** Fetches nothing more until {@link resume}; then it catches up. */
  pause() {
    this.#paused = true;
  }

  resume() {
    this.#paused = false;
    this.#drain();
  }

  /**
   * Everything up to that item is done with; only with `durable`. Many calls are one message.
   * @param {Item | string} item or its cursor
   * @returns {Promise<void>} when Kafka has it
   */
  ack(item) {
    if (!this.options.durable) return Promise.reject(new TypeError("ack: only a subscription with the option 'durable' has a position to move"));
    if (this.#life.signal.aborted) return Promise.reject(new SluiceError('closed', 'the subscription is over'));
    const cursor = typeof item === 'string' ? item : item.cursor;
    // A cursor is opaque; of items it is known which came later.
    const order = typeof item === 'string' ? this.#count : (this.#order.get(item) ?? this.#count);
    return new Promise((resolve, reject) => {
      if (!this.#ack) {
        this.#ack = { cursor, order, waiting: [] };
        this.#flushAck();
      } else if (order >= this.#ack.order) {
        this.#ack.cursor = cursor;
        this.#ack.order = order;
      }
      this.#ack.waiting.push({ resolve, reject });
    });
  }

  async #flushAck() {
    await pause(this.client.options.ackDelayMs, this.#life.signal);
    const batch = this.#ack;
    this.#ack = undefined;
    if (!batch) return;
    try {
      await this.client.acknowledge(this, batch.cursor, this.#life.signal);
      for (const { resolve } of batch.waiting) resolve();
    } catch (error) {
      for (const { reject } of batch.waiting) reject(error);
    }
  }

  close() {
    this.#finish(undefined);
  }

  // ---- Its reader

  /** @returns {AsyncIterator<Item>} */
  [Symbol.asyncIterator]() {
    return {
      next: () => this.#next(),
      return: async () => {
        this.close();
        return { done: true, value: undefined };
      },
    };
  }

  /** @returns {Promise<IteratorResult<Item>>} */
  async #next() {
    // Who asks for the next one has done with the one before.
    if (this.#taken !== undefined) this.#remember(this.#taken);
    this.#taken = undefined;
    const item = this.#items.shift();
    if (this.#items.length * 2 <= this.options.buffer) this.#drain();
    if (item) {
      this.#taken = item.cursor;
      return { done: false, value: item };
    }
    if (!this.#life.signal.aborted) return new Promise((resolve) => this.#readers.push(resolve)).then((result) => this.#hand(result));
    return this.#hand({ done: true, value: undefined });
  }

  /** @param {IteratorResult<Item>} result */
  #hand(result) {
    if (!result.done) this.#taken = result.value.cursor;
    else if (this.#error) {
      const error = this.#error;
      this.#error = undefined;
      throw error;
    }
    return result;
  }

  async #pump() {
    const { onEvent, onGap } = this.options;
    try {
      for await (const item of this) {
        try {
          await (item.gap ? onGap?.(/** @type {any} */ (item)) : onEvent?.(/** @type {any} */ (item)));
        } catch (thrown) {
          this.client.report(asError(thrown, 'callback'), this);
        }
      }
    } catch (error) {
      // Told when it ended, by onError and the state.
      void error;
    }
  }

  /** @param {string} cursor */
  #remember(cursor) {
    this.client.positions.save(this, cursor);
  }

  /** @param {Item} item */
  #push(item) {
    this.cursor = item.cursor;
    this.#order.set(item, ++this.#count);
    const reader = this.#readers.shift();
    if (reader) return reader({ done: false, value: item });
    this.#items.push(item);
    if (this.#items.length >= this.options.buffer) this.#full = true;
  }

  // ---- For its transport

  get isFull() {
    return this.#full || this.#paused;
  }

  /** Resolves when there is room again, or the session has ended. @param {AbortSignal} signal @returns {Promise<void>} */
  room(signal) {
    return new Promise((resolve) => {
      const over = () => {
        signal.removeEventListener('abort', over);
        this.#drained = this.#drained.filter((other) => other !== over);
        resolve();
      };
      if (!this.isFull || signal.aborted) return resolve();
      this.#set({ name: 'catching-up', transport: this.#state.transport });
      this.#drained.push(over);
      signal.addEventListener('abort', over);
    });
  }

  #drain() {
    this.#full = this.#items.length >= this.options.buffer;
    if (!this.isFull && this.#state.name === 'catching-up') this.#settling.watch(SETTLED_MS);
    if (!this.isFull) for (const resolve of this.#drained) resolve();
  }

  /** The parameters with which a transport subscribes. @returns {Record<string, any>} */
  get wanted() {
    const { filter, since, last, overflow, durable } = this.options;
    const start = this.cursor !== undefined ? { cursor: this.cursor } : { since, last };
    return { channels: this.options.channels, filter, ...start, overflow, durable, 'max-unacked': this.options.maxUnacked };
  }

  /** @param {Session} session @param {string | undefined} cursor @param {string} [serverTime] */
  opened(session, cursor, serverTime) {
    if (session.ended) return;
    const behind = this.cursor !== undefined || this.options.since !== undefined || this.options.last !== undefined;
    session.opened = true;
    this.cursor = cursor ?? this.cursor;
    this.#openedAt = Date.parse(serverTime ?? '') || Date.now();
    if (behind) this.#settling.watch(SETTLED_MS);
    this.#set({ name: behind ? 'catching-up' : 'live', transport: this.client.transportName(session.rung) });
    this.client.carried(session.rung);
  }

  /** @param {Session} session @param {SluiceEvent} event */
  event(session, event) {
    if (session.ended) return;
    this.#settling.alive();
    this.#push(event);
    if (this.#state.name === 'catching-up' && Date.parse(event.time ?? '') >= this.#openedAt) this.live();
  }

  /** @param {Session} session @param {Record<string, any>} said @param {string} cursor */
  gap(session, said, cursor) {
    if (session.ended) return;
    const gap = { reason: said.reason, from: said.from, to: said.to };
    if (this.options.gaps === 'close') {
      throw new SluiceError('gap', `events are gone (${gap.reason})`, { cursor: this.cursor });
    }
    this.#push({ gap, cursor });
  }

  /** @param {Session} session @param {string | undefined} cursor */
  heartbeat(session, cursor) {
    if (session.ended) return;
    session.proven = true;
    this.client.ladder.works(session.rung);
    if (cursor !== undefined) {
      this.cursor = cursor;
      if (this.#items.length === 0 && this.#readers.length > 0) this.#remember(cursor);
    }
  }

  live() {
    this.#settling.stop();
    if (this.#state.name === 'catching-up') this.#set({ name: 'live', transport: this.#state.transport });
  }

  // ---- Its life

  async #run() {
    const { client } = this;
    const { signal } = this.#life;
    let attempts = 0;
    try {
      this.cursor ??= await client.positions.load(this);
    } catch (thrown) {
      return this.#finish(asError(thrown, 'position'));
    }
    while (!signal.aborted) {
      await client.ladder.ready(signal);
      if (signal.aborted) return;
      const { epoch, rung } = client.ladder;
      const session = (this.session = new Session(epoch, rung));
      this.#set({ name: 'connecting', transport: client.transportName(rung), error: this.#state.error });
      let thrown;
      try {
        await client.transports[rung].run(this, session);
        thrown = session.signal.reason ?? new SluiceError('network', 'the connection has ended');
      } catch (error) {
        thrown = session.ended ? session.signal.reason : error;
      }
      const error = asError(thrown);
      session.end(error);
      this.#settling.stop();
      if (signal.aborted) return;
      if (error === MOVED) continue;
      if (error.isFinal || (error.isOfToken && !client.tokens.isRenewable)) {
        if (error.field === 'cursor') client.positions.forget(this);
        return this.#finish(error);
      }
      let waitMs;
      if (session.opened) attempts = 0;
      if (/** @type {any} */ (thrown).alone) {
        // The connection stands; this subscription alone is to come back.
        waitMs = error.retryAfterMs || Math.random() * Math.min(30_000, 500 * 2 ** attempts++);
      } else {
        const elsewhere = !error.isOfToken && !STAYS.has(error.reason) && !error.retryAfterMs;
        const blocked = elsewhere && (!session.opened || (!session.proven && error.reason !== 'network'));
        client.ladder.failed(epoch, { blocked, lastedMs: session.lastedMs, retryAfterMs: error.retryAfterMs });
        waitMs = 0;
      }
      client.report(error, this);
      this.#set({ name: 'waiting', transport: client.transportName(rung), error, retryInMs: Math.max(waitMs, client.ladder.waitMs) });
      if (waitMs > 0) await pause(waitMs, signal);
    }
  }

  /** @param {State} state */
  #set(state) {
    this.#state = Object.freeze(state);
    try {
      this.options.onState?.(state);
    } catch (thrown) {
      this.client.report(asError(thrown, 'callback'), this);
    }
  }

  /** @param {SluiceError | undefined} error */
  #finish(error) {
    if (this.#life.signal.aborted) return;
    this.#error = error;
    this.#life.abort();
    this.#settling.stop();
    this.session?.end(error ?? new SluiceError('closed', 'the subscription is over'));
    this.options.signal?.removeEventListener('abort', this.close);
    this.client.left(this);
    if (error) this.client.report(error, this);
    this.#set({ name: 'closed', transport: this.#state.transport, error });
    this.#over(error);
    if (!error) this.#items = [];
    for (const reader of this.#readers.splice(0)) reader({ done: true, value: undefined });
  }
}
