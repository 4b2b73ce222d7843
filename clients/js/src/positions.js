import { asError } from './error.js';

const SAVE_MS = 250;

/** Where a subscription with the option `remember` was, for a later page or process: what its reader has done with. */
export class Position {
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #cursor = '';

  /** @param {import('./subscription.js').Subscription} subscription */
  constructor(subscription) {
    const { remember, channels, filter = '' } = subscription.options;
    this.subscription = subscription;
    const key = `sluice.cursor ${[...channels, filter].join(' ').trim()}`;
    const storage = () => (remember === 'local' ? localStorage : sessionStorage);
    this.store =
      typeof remember === 'string'
        ? { load: () => storage().getItem(key), save: (/** @type {string} */ cursor) => (cursor ? storage().setItem(key, cursor) : storage().removeItem(key)) }
        : remember;
  }

  async load() {
    return (await this.store?.load()) ?? undefined;
  }

  /** Not at each event. @param {string} cursor */
  save(cursor) {
    this.#cursor = cursor;
    if (this.store) this.#timer ??= setTimeout(() => this.flush(), SAVE_MS);
  }

  async flush() {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      await this.store?.save(this.#cursor);
    } catch (thrown) {
      this.subscription.client.report(asError(thrown, 'position'), this.subscription);
    }
  }
}
