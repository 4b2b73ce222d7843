import { Bell, jitter, pause } from './time.js';

/** An ended connection this old had worked: what comes next is no repetition of a failure. */
const WORKED_MS = 5_000;
const LONGEST_RETURN_MS = 300_000;

/**
 * Which transport is the one to use, and when to try again. All subscriptions of a client share it: what one has met the others
 * need not find out.
 */
export class Ladder {
  /** Of the transport in use, 0 is the best. */
  rung = 0;
  /** Grows with each failure and move; who reports about an older one reports old news. */
  epoch = 0;
  /** Which of several addresses is next. */
  turn = 0;
  #attempts = 0;
  #due = 0;
  /** Whether it was the server who said when. */
  #ordered = false;
  #returnMs = 0;
  #awake = new Bell();

  /** @param {import('./options.js').Options} options */
  constructor(options) {
    this.options = options;
  }

  get waitMs() {
    return Math.max(0, this.#due - performance.now());
  }

  /** Waits until it is time to connect. @param {AbortSignal} signal */
  async ready(signal) {
    while (this.waitMs && !signal.aborted) await pause(this.waitMs, signal, this.#awake.signal);
  }

  /** There is a network again, or somebody looks. What the server ordered is waited for all the same. */
  wake() {
    if (!this.#ordered) this.#due = 0;
    this.#awake.ring();
  }

  /** A heartbeat came: this rung carries. @param {number} rung */
  works(rung) {
    this.#attempts = 0;
    if (!rung) this.#returnMs = 0;
  }

  /**
   * A connection has ended, or did not come about.
   * @param {number} epoch in which it was tried
   * @param {boolean} blocked that transport seems not to get through
   * @param {number} lastedMs
   * @param {number} [retryAfterMs]
   */
  failed(epoch, blocked, lastedMs, retryAfterMs) {
    if (epoch !== this.epoch) return;
    this.turn++;
    if (lastedMs > WORKED_MS) this.#attempts = 0;
    this.#ordered = !!retryAfterMs;
    this.moveTo(blocked ? (this.rung + 1) % this.options.transports.length : this.rung);
    if (blocked && this.rung) return;
    const first = !this.#attempts;
    const wait = jitter(this.options.backoff, this.#attempts++);
    this.#due = performance.now() + (first ? (retryAfterMs ?? wait) : Math.max(retryAfterMs ?? 0, wait));
  }

  /** How long to stay down here before a better rung is tried; longer each time. */
  get returnMs() {
    return (this.#returnMs = this.#returnMs ? Math.min(LONGEST_RETURN_MS, this.#returnMs * 2) : this.options.returnAfterMs);
  }

  /** From now on that one. @param {number} rung */
  moveTo(rung) {
    this.rung = rung;
    this.epoch++;
    this.#due = 0;
  }
}
