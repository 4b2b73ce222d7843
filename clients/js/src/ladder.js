import { pause } from './time.js';

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
  #ordered = false;
  #return;
  #wake = new AbortController();

  /** @param {number} rungs @param {{ firstMs: number, mostMs: number }} backoff @param {number} returnAfterMs */
  constructor(rungs, backoff, returnAfterMs) {
    this.rungs = rungs;
    this.backoff = backoff;
    this.returnAfterMs = this.#return = returnAfterMs;
  }

  get waitMs() {
    return Math.max(0, this.#due - performance.now());
  }

  /** Waits until it is time to connect. @param {AbortSignal} signal */
  async ready(signal) {
    while (this.waitMs > 0 && !signal.aborted) await pause(this.waitMs, signal, this.#wake.signal);
  }

  /** There is a network again, or somebody looks. What the server ordered is waited for all the same. */
  wake() {
    if (this.#ordered) return;
    this.#due = 0;
    this.#wake.abort();
    this.#wake = new AbortController();
  }

  /** A heartbeat came: this rung carries. @param {number} rung */
  works(rung) {
    this.#attempts = 0;
    if (rung === 0) this.#return = this.returnAfterMs;
  }

  /**
   * A connection has ended, or did not come about.
   * @param {number} epoch in which it was tried
   * @param {{ blocked: boolean, lastedMs: number, retryAfterMs?: number }} how blocked: that transport seems not to get through
   */
  failed(epoch, how) {
    if (epoch !== this.epoch) return;
    this.epoch++;
    this.turn++;
    if (how.lastedMs > WORKED_MS) this.#attempts = 0;
    this.#ordered = how.retryAfterMs !== undefined && how.retryAfterMs > 0;
    if (how.blocked && this.rung + 1 < this.rungs) {
      this.rung++;
      this.#due = 0;
      return;
    }
    if (how.blocked) this.rung = 0;
    // Full jitter: many clients that lost the same server do not come back together.
    const { firstMs, mostMs } = this.backoff;
    const jitter = Math.random() * Math.min(mostMs, firstMs * 2 ** Math.min(this.#attempts++, 20));
    this.#due = performance.now() + (this.#attempts > 1 ? Math.max(how.retryAfterMs ?? 0, jitter) : (how.retryAfterMs ?? jitter));
  }

  /** How long to stay down here before a better rung is tried; longer each time. */
  get returnMs() {
    const ms = this.#return;
    this.#return = Math.min(LONGEST_RETURN_MS, ms * 2);
    return ms;
  }

  /** From now on that one. @param {number} rung */
  moveTo(rung) {
    this.rung = rung;
    this.epoch++;
    this.#due = 0;
  }
}
