import { SluiceError, asError, nonsense } from './error.js';
import { LONGEST_MS, PATIENCE } from './limits.js';

/** @typedef {{ firstMs: number, mostMs: number }} Backoff */

/**
 * Hears of an event for as long as something lives, and at once of a signal that is aborted already. Not by the option `signal` of
 * `addEventListener`: Node.js forgets that when it collects garbage (nodejs/node#63954).
 * @param {any} target may be missing @param {string} type @param {() => void} hear @param {AbortSignal} life
 */
export function listen(target, type, hear, life) {
  if (!target?.addEventListener) return;
  target.addEventListener(type, hear);
  life.addEventListener('abort', () => target.removeEventListener(type, hear));
  if (target.aborted) hear();
}

/** @typedef {ReturnType<typeof watched> & { token?: string }} Life and the token which it was given for the server */

/**
 * What lives until `abort(why)`, no longer than its parents, and, when it is watched, until nothing has come for too long.
 * @param {(AbortSignal | undefined)[]} parents
 */
export function watched(...parents) {
  const life = new AbortController();
  const { signal } = life;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let most = Infinity;
  const stop = () => clearTimeout(timer);
  /** Something came. @param {number} [ms] of silence that are too many; as before when left out */
  const watch = (ms = most) => {
    stop();
    most = ms;
    if (ms < Infinity && !signal.aborted) {
      timer = setTimeout(() => life.abort(new SluiceError('timeout', `silent for over ${ms} ms`)), Math.min(ms, LONGEST_MS));
    }
  };
  for (const parent of parents) listen(parent, 'abort', () => life.abort(parent?.reason), signal);
  signal.addEventListener('abort', stop);
  return Object.assign(life, {
    watch,
    stop,
    /** The server has said how often it will be heard. @param {any} open */
    beats({ heartbeatIntervalMs: ms }) {
      if (!(ms > 0)) throw nonsense('no heartbeatIntervalMs');
      watch(PATIENCE * ms);
    },
  });
}

/**
 * Resolves after so many ms, or as soon as a signal is aborted: who waited looks why.
 * @param {number} ms `Infinity`: for the signals alone @param {AbortSignal[]} signals @returns {Promise<void>}
 */
export const pause = (ms, ...signals) =>
  new Promise((resolve) => {
    const life = watched(...signals);
    listen(life.signal, 'abort', resolve, life.signal);
    life.watch(ms);
  });

/**
 * The promise, or a `timeout` when it takes longer, or the signal's reason when that is aborted.
 * @template T @param {Promise<T>} promise @param {number} ms @param {AbortSignal} signal @returns {Promise<T>}
 */
export function within(promise, ms, signal) {
  const life = watched(signal);
  life.watch(ms);
  const late = pause(Infinity, life.signal).then(() => {
    throw life.signal.reason;
  });
  return Promise.race([promise, late]).finally(() => life.abort());
}

/** Full jitter: many clients that lost the same server do not come back together. @param {Backoff} backoff @param {number} attempts */
export const jitter = ({ firstMs, mostMs }, attempts) => Math.random() * Math.min(mostMs, firstMs * 2 ** attempts);

/**
 * Tries until it works, with ever longer pauses, or until the signal is aborted.
 * @template T @param {() => Promise<T>} act @param {Backoff} backoff @param {AbortSignal} signal
 * @param {(error: SluiceError) => void} failed throws where trying again can't help @returns {Promise<T>}
 */
export async function insist(act, backoff, signal, failed) {
  for (let attempts = 0; ; attempts++) {
    signal.throwIfAborted();
    try {
      return await act();
    } catch (thrown) {
      const error = asError(thrown);
      if (signal.aborted) throw error;
      failed(error);
      await pause(Math.max(error.retryAfterMs ?? 0, jitter(backoff, attempts)), signal);
    }
  }
}

/** Does something after a while, once for all who ask for it meanwhile. @param {AbortSignal} life at whose end it is done too @param {() => unknown} act */
export function gathered(life, act) {
  /** @type {Promise<unknown> | undefined} */
  let coming;
  return (/** @type {number} */ ms) =>
    (coming ??= pause(ms, life).then(() => {
      coming = undefined;
      return act();
    }));
}

/** Something that several wait for, again and again. */
export function bell() {
  let next = new AbortController();
  return {
    /** Until it rings, or so long, or a signal is aborted. @param {number} ms @param {AbortSignal} signal */
    wait: (ms, signal) => pause(ms, signal, next.signal),
    ring() {
      next.abort();
      next = new AbortController();
    },
  };
}
