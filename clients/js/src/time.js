import { SluiceError } from './error.js';
import { LONGEST_MS } from './limits.js';

/**
 * Hears of an event for as long as something lives, and at once of a signal that is aborted already. Not by the option `signal` of
 * `addEventListener`: Node.js forgets that when it collects garbage (nodejs/node#63954).
 * @param {any} target may be missing @param {string} type @param {() => void} hear @param {AbortSignal} life
 */
export function listen(target, type, hear, life) {
  target?.addEventListener?.(type, hear);
  life.addEventListener('abort', () => target?.removeEventListener?.(type, hear));
  if (target?.aborted) hear();
}

/**
 * Resolves after so many ms, or as soon as a signal is aborted: who waited looks why.
 * @param {number} ms `Infinity`: for the signals alone @param {AbortSignal[]} signals @returns {Promise<void>}
 */
export const pause = (ms, ...signals) =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = ms < Infinity ? setTimeout(done, Math.min(ms, LONGEST_MS)) : undefined;
    for (const signal of signals) signal.addEventListener('abort', done);
    if (signals.some((signal) => signal.aborted)) done();
  });

/**
 * The promise, or a `timeout` when it takes longer, or the signal's reason when that is aborted.
 * @template T @param {Promise<T>} promise @param {number} ms @param {string} what @param {AbortSignal} signal @returns {Promise<T>}
 */
export function within(promise, ms, what, signal) {
  const done = new AbortController();
  const late = pause(ms, done.signal, signal).then(() => {
    throw signal.aborted ? signal.reason : new SluiceError('timeout', `${what} took over ${ms} ms`);
  });
  return Promise.race([promise, late]).finally(() => done.abort());
}

/** Full jitter: many clients that lost the same server do not come back together. @param {{ firstMs: number, mostMs: number }} backoff @param {number} attempts */
export const jitter = ({ firstMs, mostMs }, attempts) => Math.random() * Math.min(mostMs, firstMs * 2 ** attempts);

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

/** Tells when there was silence for too long, as long as something lives. @param {AbortSignal} life @param {(ms: number) => void} bark */
export function watchdog(life, bark) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let most = 0;
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  /** @param {number} ms of silence that are too many; as before when left out */
  const watch = (ms = most) => {
    stop();
    most = ms;
    if (life.aborted) return;
    timer = setTimeout(() => {
      stop();
      bark(ms);
    }, ms);
  };
  life.addEventListener('abort', stop);
  return { watch, stop, alive: () => timer && watch() };
}
