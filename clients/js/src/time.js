import { SluiceError } from './error.js';

/**
 * Resolves after so many ms, or as soon as a signal is aborted: who waited looks why.
 * @param {number} ms @param {AbortSignal[]} signals @returns {Promise<void>}
 */
export function pause(ms, ...signals) {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    for (const signal of signals) signal.addEventListener('abort', over);
    if (signals.some((signal) => signal.aborted)) over();
  });
}

/**
 * The promise, or a `timeout` when it takes longer, or an end when the signal is aborted.
 * @template T @param {Promise<T>} promise @param {number} ms @param {string} what @param {AbortSignal} [signal] @returns {Promise<T>}
 */
export function within(promise, ms, what, signal) {
  return new Promise((resolve, reject) => {
    const gone = () => settle(() => reject(new SluiceError('closed', what)));
    const timer = setTimeout(() => settle(() => reject(new SluiceError('timeout', `${what} took over ${ms} ms`))), ms);
    const settle = (/** @type {() => void} */ how) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', gone);
      how();
    };
    signal?.addEventListener('abort', gone);
    if (signal?.aborted) gone();
    promise.then((value) => settle(() => resolve(value)), (error) => settle(() => reject(error)));
  });
}

/** Tells when a connection has been silent for too long. One timer, however many messages come. */
export class Watchdog {
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #seen = 0;

  /** @param {() => void} bark */
  constructor(bark) {
    this.bark = bark;
    this.ms = 0;
  }

  /** @param {number} ms of silence that are too many */
  watch(ms) {
    this.stop();
    this.ms = ms;
    this.alive();
    this.#look();
  }

  alive() {
    this.#seen = performance.now();
  }

  #look() {
    const left = this.#seen + this.ms - performance.now();
    if (left <= 0) this.bark();
    else this.#timer = setTimeout(() => this.#look(), left);
  }

  stop() {
    clearTimeout(this.#timer);
  }
}

/**
 * When to renew a token that is about to expire: after a quarter to a half of what is left of it, so that not everybody comes at once
 * and one that lives for seconds is not asked for all the time.
 * @param {string | undefined} tokenExpires RFC 3339 @param {AbortSignal} signal
 */
export function timeToRenew(tokenExpires, signal) {
  const left = Math.min(60_000, Math.max(2_000, Date.parse(tokenExpires ?? '') - Date.now() || 0));
  return pause(left * (0.25 + Math.random() / 4), signal);
}
