import { LONGEST_RETURN_MS, WORKED_MS } from './limits.js';
import { bell, jitter } from './time.js';

/**
 * Which transport is the one to use, and when to try again. All subscriptions of a client share it: what one has met the others
 * need not find out.
 * @param {import('./options.js').Options} options
 */
export function ladder({ transports, backoff, returnAfterMs }) {
  let attempts = 0;
  let due = 0;
  /** By the server. @type {number | undefined} */
  let ordered;
  let stays = 0;
  const awake = bell();

  const self = {
    /** Of the transport in use, 0 is the best. */
    rung: 0,
    /** Grows with each failure and move; who reports about an older one reports old news. */
    epoch: 0,
    /** Which of several addresses is next. */
    turn: 0,

    waitMs: () => Math.max(0, due - performance.now()),

    /** Waits until it is time to connect. @param {AbortSignal} signal */
    async ready(signal) {
      while (self.waitMs() && !signal.aborted) await awake.wait(self.waitMs(), signal);
    },

    /** There is a network again, or somebody looks. What the server ordered is waited for all the same. */
    wake() {
      if (!ordered) due = 0;
      awake.ring();
    },

    /** A heartbeat came: this rung carries. @param {number} rung */
    works(rung) {
      attempts = 0;
      if (!rung) stays = 0;
    },

    /**
     * A connection has ended, or did not come about.
     * @param {number} epoch in which it was tried
     * @param {boolean} blocked that transport seems not to get through
     * @param {number} lastedMs
     * @param {number} [retryAfterMs]
     */
    failed(epoch, blocked, lastedMs, retryAfterMs) {
      if (epoch !== self.epoch) return;
      self.turn++;
      if (lastedMs > WORKED_MS) attempts = 0;
      ordered = retryAfterMs;
      self.moveTo((self.rung + Number(blocked)) % transports.length);
      if (blocked && self.rung) return;
      const wait = jitter(backoff, attempts);
      due = performance.now() + (attempts++ ? Math.max(retryAfterMs ?? 0, wait) : (retryAfterMs ?? wait));
    },

    /** How long to stay down here before a better rung is tried; longer each time. */
    stayMs: () => Math.min(LONGEST_RETURN_MS, returnAfterMs * 2 ** stays++),

    /** From now on that one. @param {number} rung */
    moveTo(rung) {
      self.rung = rung;
      self.epoch++;
      due = 0;
    },
  };
  return self;
}
