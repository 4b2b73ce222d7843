import { MOVED, SluiceError, asError, nonsense, over } from './error.js';
import { eventOf } from './events.js';
import { ask } from './http.js';
import { SETTLED_MS } from './limits.js';
import { wrong } from './options.js';
import { position } from './positions.js';
import { bell, gathered, jitter, listen, pause, watched } from './time.js';

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
 * @property {boolean} [isAlone] its connection stands on, for others
 * @property {((cursor: string) => Promise<unknown>) | undefined} [ack] over this connection, where it can
 * @property {() => Record<string, any>} wanted the parameters with which a transport subscribes
 * @property {(op: string, said: any, cursor?: string) => void} hear first an `open`, then an `event`, a `gap`, or a `heartbeat`, which may say that it `isLast` of what there is
 * @property {() => boolean} isFull
 * @property {() => Promise<void>} room resolves when there is room again, or the session has ended; until it is watched again it may be silent
 * @property {(error: unknown) => void} report
 *
 * @typedef {import('./time.js').Life & ReturnType<typeof import('./time.js').watched> & Sink} Session one try of a subscription at one transport
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
  /** @type {import('./time.js').Life} */
  const life = watched(client.signal, theirs);
  const { signal } = life;
  /** @type {State} */
  let state = { name: 'connecting' };
  /** @type {Item[]} */
  let items = [];
  /** Of the reader, while it waits. @type {(() => void) | undefined} */
  let wake;
  /** Whether the reader is behind so far that nothing more is fetched. */
  let full = false;
  /** So many items make it so. */
  let most = buffer;
  const drained = bell();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let settling;
  /** In which order items came. @type {WeakMap<object, number>} */
  const order = new WeakMap();
  let count = 0;
  /** The last one that its reader has acknowledged. */
  let acked = { order: 0, cursor: '' };
  let { cursor } = options;
  /** @type {SluiceError | undefined} */
  let failure;
  /** @type {Session | undefined} */
  let session;

  const report = (/** @type {unknown} */ error) => client.report(error, onError);

  /** Calls the page. @param {() => unknown} callback @param {string} [reason] */
  async function call(callback, reason = 'callback') {
    try {
      await callback();
    } catch (thrown) {
      report(asError(thrown, reason));
    }
  }
  const kept = position(options, signal, call);

  /** @param {State['name']} name @param {SluiceError} [error] @param {number} [retryInMs] */
  function set(name, error, retryInMs) {
    state = { name, transport: client.options.transports[/** @type {any} */ (session?.rung)], error, retryInMs };
    settle();
    call(() => onState?.(state));
  }

  /** It is live when nothing more comes for a while, unless nothing is fetched. */
  function settle() {
    clearTimeout(settling);
    if (state.name === 'catching-up' && !full) settling = setTimeout(live, SETTLED_MS);
  }

  function live() {
    if (state.name === 'catching-up') set('live');
  }

  // ---- Its reader

  /** @param {Item} item */
  function push(item) {
    cursor = item.cursor;
    order.set(item, ++count);
    items.push(item);
    if (!wake) full ||= items.length >= most;
    wake?.();
    wake = undefined;
  }

  function drain() {
    full = items.length >= most;
    if (full) return;
    settle();
    drained.ring();
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
    for await (const item of self) await call(() => /** @type {any} */ (item.gap ? onGap : onEvent)?.(item));
  }

  // ---- Its life

  async function run() {
    let attempts = 0;
    cursor = (await kept.load()) || cursor;
    while (await ladder.ready(signal), !signal.aborted) {
      const { epoch, rung } = ladder;
      const began = performance.now();
      /** Whether the server has said where it begins. */
      let isOpen = false;
      /** Whether a heartbeat came on time: what is in between holds nothing back. */
      let isProven = false;
      /** By the server's clock. */
      let openedAt = 0;

      const mine = (session = Object.assign(watched(signal), /** @type {Sink} */ ({
        rung,
        isFull: () => full,
        report,
        // Of cursor, since and last it takes the first that there is.
        wanted: () => ({ ...wanted, cursor, durable, 'max-unacked': maxUnacked }),
        async room() {
          mine.stop();
          while (full && !mine.signal.aborted) {
            set('catching-up');
            await drained.wait(Infinity, mine.signal);
          }
        },
        hear(op, said, at) {
          if (mine.signal.aborted) return;
          if (op === 'open') {
            const behind = cursor ?? wanted.since ?? wanted.last;
            cursor = at ?? cursor;
            isOpen = true;
            openedAt = Date.parse(said.serverTime) || Date.now();
            set(behind ? 'catching-up' : 'live');
            client.carried();
          } else if (op === 'event') {
            const event = eventOf(said, at);
            push(event);
            settle();
            if (Date.parse(/** @type {any} */ (event.time)) >= openedAt) live();
          } else if (op === 'gap') {
            const { reason, from, to } = said;
            if (gaps === 'close') mine.abort(new SluiceError('gap', `events are gone (${reason})`, { cursor }));
            else push({ gap: { reason, from, to }, cursor: at ?? to });
          } else if (op !== 'heartbeat') report(nonsense(`unknown message 'sluice.${op}'`));
          else if (isOpen) {
            isProven = true;
            ladder.works(rung);
            if (said.isLast) live();
            if (!at) return;
            cursor = at;
            if (wake) kept.save(at);
          }
        },
      })));

      set('connecting', state.error);
      const error = await client.run(mine);
      if (signal.aborted || error === MOVED) continue;
      if (tokens.isOver(error)) {
        // A position that the server does not take is not remembered.
        if (error.field === 'cursor' && typeof remember === 'string') kept.save('');
        throw error;
      }
      report(error);
      const { retryAfterMs, reason } = error;
      if (isOpen) attempts = 0;
      let waitMs = 0;
      if (mine.isAlone) waitMs = retryAfterMs || jitter(client.options.backoff, attempts++);
      else {
        const elsewhere = !error.isOfToken && !STAYS.test(reason) && !retryAfterMs;
        ladder.failed(epoch, elsewhere && (!isOpen || (!isProven && reason !== 'network')), isOpen ? performance.now() - began : 0, retryAfterMs);
      }
      set('waiting', error, Math.max(waitMs, ladder.waitMs()));
      await pause(waitMs, signal);
    }
  }

  const close = () => life.abort(over());

  const acknowledged = gathered(signal, async () => {
    const { cursor } = acked;
    if (session?.ack) return session.ack(cursor);
    if (!client.options.urls.poll) throw asError('no connection');
    return ask(client, life, 'poll', '/v1/acks', { json: { durable, cursor } });
  });

  /** @type {Subscription} */
  const self = {
    get state() {
      return state;
    },
    get cursor() {
      return cursor;
    },
    closed: pause(Infinity, signal).then(() => failure),
    pause() {
      most = 0;
      full = true;
    },
    resume() {
      most = buffer;
      drain();
    },
    async ack(item) {
      if (!durable) wrong('durable', 'needed for ack');
      signal.throwIfAborted();
      // A cursor is opaque; of items it is known which came later.
      const at = order.get(/** @type {any} */ (item)) ?? count;
      if (at >= acked.order) acked = { order: at, cursor: typeof item === 'string' ? item : item.cursor };
      await acknowledged(client.options.ackDelayMs);
    },
    close,
    [Symbol.asyncIterator]: () => ({
      next: () => reading.next(),
      return: async () => ({ done: true, value: /** @type {undefined} */ (close()) }),
    }),
  };

  listen(signal, 'abort', () => {
    if (failure) report(failure);
    else items = [];
    set('closed', failure);
    wake?.();
  }, signal);
  run().catch((thrown) => life.abort((failure = asError(thrown, 'position'))));
  // How it ends is told by onError and the state.
  if (onEvent || onGap) pump().catch(() => {});
  return self;
}
