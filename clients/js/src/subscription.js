import { MOVED, SluiceError, asError, over } from './error.js';
import { Position } from './positions.js';
import { Session } from './session.js';
import { Bell, Watchdog, jitter, listen, pause } from './time.js';

/** Who is behind gets one event after the other; a pause this long means that there are no more. */
const SETTLED_MS = 1_000;
/** Failures that would be the same on another transport. */
const STAYS = /^(token|limited|draining|max-age|stalled)$/;

/**
 * @typedef {object} State
 * @property {'connecting' | 'catching-up' | 'live' | 'waiting' | 'closed'} name
 * @property {import('./options.js').TransportName} [transport] the one in use or tried
 * @property {SluiceError} [error] why it waits or is closed
 * @property {number} [retryInMs] while it waits
 *
 * @typedef {import('./events.js').Item} Item
 * @typedef {import('./events.js').SluiceEvent} SluiceEvent
 *
 * @typedef {Pick<Subscription, 'wanted' | 'cursor' | 'isFull' | 'opened' | 'event' | 'gap' | 'heartbeat' | 'live' | 'room'> & { options: Partial<Subscription['options']> }} Carried
 *   what a transport sees of one
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
  /** @type {(() => void)[]} */ #readers = [];
  #drained = new Bell();
  #life = new AbortController();
  /** @type {SluiceError | undefined} */ #error;
  /** @type {string | undefined} */ #taken;
  #settling = new Watchdog(() => !this.isFull && this.live());
  #openedAt = 0;
  /** @type {WeakMap<object, number>} */ #order = new WeakMap();
  #count = 0;
  /** @type {{ cursor: string, order: number, done: Promise<void> } | undefined} */ #ack;
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
    this.position = new Position(this);
    listen(options.signal, 'abort', () => this.close(), this.#life.signal);
    this.#run();
    if (options.onEvent || options.onGap) this.#pump();
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
  async ack(item) {
    if (!this.options.durable) throw new TypeError("ack: only a subscription with the option 'durable' has a position to move");
    const { signal } = this.#life;
    if (signal.aborted) throw over('subscription');
    // A cursor is opaque; of items it is known which came later.
    const order = this.#order.get(/** @type {any} */ (item)) ?? this.#count;
    /** @type {{ cursor: string, order: number, done: Promise<void> }} */
    const ack = (this.#ack ??= {
      cursor: '',
      order: 0,
      done: pause(this.client.options.ackDelayMs, signal).then(() => {
        this.#ack = undefined;
        return this.client.acknowledge(this, ack.cursor, signal);
      }),
    });
    if (order >= ack.order) Object.assign(ack, { order, cursor: typeof item === 'string' ? item : item.cursor });
    return ack.done;
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
    if (this.#taken) this.position.save(this.#taken);
    this.#taken = undefined;
    for (;;) {
      const item = this.#items.shift();
      if (this.#items.length * 2 <= this.options.buffer) this.#drain();
      if (item) {
        this.#taken = item.cursor;
        return { done: false, value: item };
      }
      if (this.#life.signal.aborted) {
        const error = this.#error;
        this.#error = undefined;
        if (error) throw error;
        return { done: true, value: undefined };
      }
      await new Promise((/** @type {(value: void) => void} */ resolve) => this.#readers.push(resolve));
    }
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
    } catch {
      // Told when it ended, by onError and the state.
    }
  }

  /** @param {Item} item */
  #push(item) {
    this.cursor = item.cursor;
    this.#order.set(item, ++this.#count);
    this.#items.push(item);
    const reader = this.#readers.shift();
    if (reader) reader();
    else this.#full ||= this.#items.length >= this.options.buffer;
  }

  // ---- For its transport

  get isFull() {
    return this.#full || this.#paused;
  }

  /** Resolves when there is room again, or the session has ended. @param {AbortSignal} signal @returns {Promise<void>} */
  async room(signal) {
    while (this.isFull && !signal.aborted) {
      this.#set('catching-up');
      await pause(Infinity, signal, this.#drained.signal);
    }
  }

  #drain() {
    this.#full = this.#items.length >= this.options.buffer;
    if (this.isFull) return;
    if (this.#state.name === 'catching-up') this.#settling.watch(SETTLED_MS);
    this.#drained.ring();
  }

  /** The parameters with which a transport subscribes. @returns {Record<string, any>} */
  get wanted() {
    const { channels, filter, since, last, overflow, durable, maxUnacked } = this.options;
    const { cursor } = this;
    return { channels, filter, ...(cursor === undefined ? { since, last } : { cursor }), overflow, durable, 'max-unacked': maxUnacked };
  }

  /** @param {Session} session @param {string | undefined} cursor @param {string} [serverTime] */
  opened(session, cursor, serverTime) {
    if (session.ended) return;
    const behind = this.cursor ?? this.options.since ?? this.options.last;
    session.opened = true;
    this.cursor = cursor ?? this.cursor;
    this.#openedAt = Date.parse(serverTime ?? '') || Date.now();
    if (behind) this.#settling.watch(SETTLED_MS);
    this.#set(behind ? 'catching-up' : 'live', session.rung);
    this.client.carried();
  }

  /** @param {Session} session @param {SluiceEvent} event */
  event(session, event) {
    if (session.ended) return;
    this.#settling.alive();
    this.#push(event);
    if (Date.parse(event.time ?? '') >= this.#openedAt) this.live();
  }

  /** @param {Session} session @param {Record<string, any>} said @param {string} cursor */
  gap(session, { reason, from, to }, cursor) {
    if (session.ended) return;
    if (this.options.gaps === 'close') throw new SluiceError('gap', `events are gone (${reason})`, { cursor: this.cursor });
    this.#push({ gap: { reason, from, to }, cursor });
  }

  /** @param {Session} session @param {string | undefined} cursor */
  heartbeat(session, cursor) {
    if (session.ended) return;
    session.proven = true;
    this.client.ladder.works(session.rung);
    if (!cursor) return;
    this.cursor = cursor;
    if (!this.#items.length && this.#readers.length) this.position.save(cursor);
  }

  live() {
    if (this.#state.name !== 'catching-up') return;
    this.#settling.stop();
    this.#set('live');
  }

  // ---- Its life

  async #run() {
    const { client } = this;
    const { ladder } = client;
    const { signal } = this.#life;
    let attempts = 0;
    try {
      this.cursor ??= await this.position.load();
    } catch (thrown) {
      return this.#finish(asError(thrown, 'position'));
    }
    while (await ladder.ready(signal), !signal.aborted) {
      const { epoch, rung } = ladder;
      const session = (this.session = new Session(epoch, rung));
      this.#set('connecting', rung, this.#state.error);
      const error = await session.run(client.transports[rung], this);
      this.#settling.stop();
      if (signal.aborted || error === MOVED) continue;
      if (error.isFinal || (error.isOfToken && !client.tokens.isRenewable)) {
        // A position that the server does not take is not remembered.
        if (error.field === 'cursor' && typeof this.options.remember === 'string') this.position.save('');
        return this.#finish(error);
      }
      client.report(error, this);
      const { retryAfterMs } = error;
      if (session.opened) attempts = 0;
      let waitMs = 0;
      if (session.alone) waitMs = retryAfterMs || jitter({ firstMs: 500, mostMs: 30_000 }, attempts++);
      else {
        const elsewhere = !error.isOfToken && !STAYS.test(error.reason) && !retryAfterMs;
        const blocked = elsewhere && (!session.opened || (!session.proven && error.reason !== 'network'));
        ladder.failed(epoch, blocked, session.lastedMs, retryAfterMs);
      }
      this.#set('waiting', rung, error, Math.max(waitMs, ladder.waitMs));
      await pause(waitMs, signal);
    }
  }

  /** @param {State['name']} name @param {number} [rung] the same when left out @param {SluiceError} [error] @param {number} [retryInMs] */
  #set(name, rung, error, retryInMs) {
    const transport = rung === undefined ? this.#state.transport : this.client.options.transports[rung];
    const state = (this.#state = Object.freeze({ name, transport, error, retryInMs }));
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
    this.session?.abort(error ?? over('subscription'));
    this.client.left(this);
    if (error) this.client.report(error, this);
    else this.#items = [];
    this.#set('closed', undefined, error);
    this.#over(error);
    for (const reader of this.#readers.splice(0)) reader();
  }
}
