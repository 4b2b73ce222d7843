import { MOVED, SluiceError, asError, nonsense, over } from './error.js';
import { eventOf } from './events.js';
import { ask, json } from './http.js';
import { SETTLED_MS } from './limits.js';
import { position } from './positions.js';
import { watched } from './session.js';
import { bell, jitter, listen, pause, watchdog } from './time.js';

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
 *
 * @typedef {object} SubscriptionMembers
 * @property {State} state
 * @property {string | undefined} cursor where it goes on
 * @property {Promise<SluiceError | undefined>} closed resolves when it is over: with why, or with undefined when it was closed here
 * @property {() => void} pause fetches nothing more until `resume`; then it catches up
 * @property {() => void} resume
 * @property {(item: Item | string) => Promise<void>} ack everything up to that item (or its cursor) is done with; only with `durable`. Many calls are one message. Resolves when Kafka has it
 * @property {() => void} close
 *
 * @typedef {AsyncIterable<Item> & Readonly<SubscriptionMembers>} Subscription
 *   an async iterable of events and gaps, for one reader. It lives until it is closed, or until something that trying again can't help;
 *   then the iteration throws. What its reader does not take in time is not piled up: the server keeps it
 */

/**
 * @typedef {object} Sink what a transport tells, and asks
 * @property {number} rung of its transport
 * @property {boolean} [isTrial] whether it is only tried
 * @property {() => Record<string, any>} wanted the parameters with which a transport subscribes
 * @property {boolean} [isOpen] the server has said where it begins
 * @property {boolean} [isProven] a heartbeat came on time: what is in between holds nothing back
 * @property {boolean} [isAlone] its connection stands on, for others
 * @property {((cursor: string) => Promise<unknown>) | undefined} [ack] over this connection, where it can
 * @property {(cursor?: string, serverTime?: string) => void} opened
 * @property {(op: string, said: any, cursor?: string) => void} hear an `event`, a `gap`, or a `heartbeat`
 * @property {() => void} live
 * @property {() => boolean} isFull
 * @property {() => Promise<void>} room resolves when there is room again, or the session has ended
 * @property {(error: unknown) => void} report
 *
 * @typedef {import('./session.js').Watched & Sink} Session one try of a subscription at one transport
 * @typedef {(session: Session, client: import('./client.js').Parts) => Promise<void>} Transport runs a session until it ends
 */
/**
 * @param {import('./client.js').Parts} client
 * @param {import('./options.js').SubscriptionOptions} options checked
 * @returns {Subscription} running
 */
export function subscription(client, options) {
  const { ladder, tokens } = client;
  // What is left is the server's: channels, filter, cursor, since, last, overflow.
  const { buffer, remember, gaps, maxUnacked, durable, signal: theirs, onEvent, onGap, onState, onError, ...wanted } = options;
  const life = new AbortController();
  const { signal } = life;
  /** @type {State} */
  let state = { name: 'connecting' };
  /** @type {Item[]} */
  let items = [];
  /** Of the reader, while it waits. @type {(() => void) | undefined} */
  let wake;
  /** Whether the reader is behind so far that nothing more is fetched. */
  let full = false;
  let paused = false;
  const drained = bell();
  const settling = watchdog(signal, () => isFull() || live());
  /** In which order items came. @type {WeakMap<object, number>} */
  const order = new WeakMap();
  let count = 0;
  /** The last one that its reader has acknowledged. */
  let acked = { order: 0, cursor: '' };
  /** @type {Promise<unknown> | undefined} */
  let acking;
  let { cursor } = options;
  /** @type {SluiceError | undefined} */
  let failure;
  /** @type {Session | undefined} */
  let session;
  /** @type {(error: SluiceError | undefined) => void} */
  let end;
  /** @type {Promise<SluiceError | undefined>} */
  const closed = new Promise((resolve) => (end = resolve));

  const report = (/** @type {unknown} */ error) => client.report(error, onError);
  const kept = position(options, signal, (thrown) => report(asError(thrown, 'position')));

  /** A callback of the page's. @template T @param {((argument: T) => unknown) | undefined} callback @param {T} argument */
  async function call(callback, argument) {
    try {
      await callback?.(argument);
    } catch (thrown) {
      report(asError(thrown, 'callback'));
    }
  }

  /** @param {State['name']} name @param {SluiceError} [error] @param {number} [retryInMs] */
  function set(name, error, retryInMs) {
    state = { name, transport: session && client.options.transports[session.rung], error, retryInMs };
    call(onState, state);
  }

  // ---- Its reader

  /** @param {Item} item */
  function push(item) {
    cursor = item.cursor;
    order.set(item, ++count);
    items.push(item);
    if (!wake) full ||= items.length >= buffer;
    wake?.();
    wake = undefined;
  }

  const isFull = () => full || paused;

  function drain() {
    full = items.length >= buffer;
    if (isFull()) return;
    if (state.name === 'catching-up') settling.watch(SETTLED_MS);
    drained.ring();
  }

  function live() {
    if (state.name !== 'catching-up') return;
    settling.stop();
    set('live');
  }

  /** @returns {AsyncGenerator<Item, undefined>} */
  async function* read() {
    for (;;) {
      const item = items.shift();
      if (items.length * 2 <= buffer) drain();
      if (item) {
        yield item;
        // Who asks for the next one has done with the one before.
        kept.save(item.cursor);
      } else if (signal.aborted) {
        if (failure) throw failure;
        return undefined;
      } else await new Promise((/** @type {(value: void) => void} */ resolve) => (wake = resolve));
    }
  }
  const reading = read();

  async function pump() {
    for await (const item of self) await call(/** @type {any} */ (item.gap ? onGap : onEvent), item);
  }

  // ---- Its life

  /** @param {number} rung @returns {Session} */
  function attempt(rung) {
    const mine = /** @type {Session} */ (watched());
    /** By the server's clock. */
    let openedAt = 0;
    const alive = () => mine.signal.throwIfAborted();
    return Object.assign(mine, {
      rung,
      isFull,
      live,
      report,
      // Of cursor, since and last it takes the first that there is.
      wanted: () => ({ ...wanted, cursor, durable, 'max-unacked': maxUnacked }),
      async room() {
        while (isFull() && !mine.signal.aborted) {
          set('catching-up');
          await drained.wait(Infinity, mine.signal);
        }
      },
      /** @type {Sink['opened']} */
      opened(at = cursor, serverTime = '') {
        alive();
        const behind = cursor ?? wanted.since ?? wanted.last;
        cursor = at;
        mine.isOpen = true;
        openedAt = Date.parse(serverTime) || Date.now();
        if (behind) settling.watch(SETTLED_MS);
        set(behind ? 'catching-up' : 'live');
        client.carried();
      },
      /** @type {Sink['hear']} */
      hear(op, said, at) {
        alive();
        if (op === 'event') {
          settling.alive();
          const event = eventOf(said, at);
          push(event);
          if (Date.parse(event.time ?? '') >= openedAt) live();
        } else if (op === 'gap') {
          const { reason, from, to } = said;
          if (gaps === 'close') throw new SluiceError('gap', `events are gone (${reason})`, { cursor });
          push({ gap: { reason, from, to }, cursor: at ?? to });
        } else if (op !== 'heartbeat') report(nonsense(`unknown message 'sluice.${op}'`));
        else if (mine.isOpen) {
          mine.isProven = true;
          ladder.works(rung);
          if (!at) return;
          cursor = at;
          if (wake) kept.save(at);
        }
      },
    });
  }

  async function run() {
    let attempts = 0;
    try {
      cursor = (await kept.load()) ?? cursor;
    } catch (thrown) {
      return finish(asError(thrown, 'position'));
    }
    while (await ladder.ready(signal), !signal.aborted) {
      const { epoch, rung } = ladder;
      const began = performance.now();
      const mine = (session = attempt(rung));
      set('connecting', state.error);
      const error = await client.run(mine);
      settling.stop();
      if (signal.aborted || error === MOVED) continue;
      if (tokens.isOver(error)) {
        // A position that the server does not take is not remembered.
        if (error.field === 'cursor' && typeof remember === 'string') kept.save('');
        return finish(error);
      }
      report(error);
      const { retryAfterMs } = error;
      const { isOpen, isProven, isAlone } = mine;
      if (isOpen) attempts = 0;
      let waitMs = 0;
      if (isAlone) waitMs = retryAfterMs || jitter(client.options.backoff, attempts++);
      else {
        const elsewhere = !error.isOfToken && !STAYS.test(error.reason) && !retryAfterMs;
        ladder.failed(epoch, elsewhere && (!isOpen || (!isProven && error.reason !== 'network')), isOpen ? performance.now() - began : 0, retryAfterMs);
      }
      set('waiting', error, Math.max(waitMs, ladder.waitMs()));
      await pause(waitMs, signal);
    }
  }

  /** @param {SluiceError} [error] */
  function finish(error) {
    if (signal.aborted) return;
    failure = error;
    life.abort(error ?? over('subscription'));
    session?.abort(error);
    if (error) report(error);
    else items = [];
    set('closed', error);
    end(error);
    wake?.();
  }

  const close = () => finish();

  /** @type {Subscription} */
  const self = {
    get state() {
      return state;
    },
    get cursor() {
      return cursor;
    },
    closed,
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
      drain();
    },
    async ack(item) {
      if (!durable) throw new TypeError("ack: only with the option 'durable'");
      signal.throwIfAborted();
      // A cursor is opaque; of items it is known which came later.
      const at = order.get(/** @type {any} */ (item)) ?? count;
      if (at >= acked.order) acked = { order: at, cursor: typeof item === 'string' ? item : item.cursor };
      acking ??= pause(client.options.ackDelayMs, signal).then(async () => {
        acking = undefined;
        const { cursor } = acked;
        if (session?.ack) return session.ack(cursor);
        if (!client.options.urls.poll) throw asError('no connection');
        return ask(client, 'poll', '/v1/acks', await tokens.get(), signal, json({ durable, cursor }));
      });
      await acking;
    },
    close,
    [Symbol.asyncIterator]: () => ({
      next: () => reading.next(),
      async return() {
        close();
        return { done: true, value: undefined };
      },
    }),
  };

  for (const each of [client.signal, theirs]) listen(each, 'abort', close, signal);
  run();
  // How it ends is told by onError and the state.
  if (onEvent || onGap) pump().catch(() => {});
  return self;
}
