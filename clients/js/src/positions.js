import { asError } from './error.js';

const SAVE_MS = 250;

/** Where subscriptions with the option `remember` were, for a later page or process: what their readers have done with. */
export class Positions {
  /** @type {Map<Subscription, { cursor: string, timer: ReturnType<typeof setTimeout> }>} */ #due = new Map();

  /** @typedef {import('./subscription.js').Subscription} Subscription */

  /** @param {Subscription} subscription @returns {Promise<string | undefined>} */
  async load({ options: { remember, ...options } }) {
    if (remember === undefined) return undefined;
    if (typeof remember === 'object') return (await remember.load()) ?? undefined;
    return storage(remember).getItem(keyOf(options)) ?? undefined;
  }

  /** Not at each event. @param {Subscription} subscription @param {string} cursor */
  save(subscription, cursor) {
    if (subscription.options.remember === undefined) return;
    const due = this.#due.get(subscription);
    if (due) due.cursor = cursor;
    else this.#due.set(subscription, { cursor, timer: setTimeout(() => this.flush(subscription), SAVE_MS) });
  }

  /** @param {Subscription} subscription */
  async flush(subscription) {
    const due = this.#due.get(subscription);
    if (!due) return;
    this.#due.delete(subscription);
    clearTimeout(due.timer);
    const { remember } = subscription.options;
    try {
      if (typeof remember === 'object') await remember.save(due.cursor);
      else if (remember) storage(remember).setItem(keyOf(subscription.options), due.cursor);
    } catch (thrown) {
      subscription.client.report(asError(thrown, 'position'), subscription);
    }
  }

  /** The server does not take it. @param {Subscription} subscription */
  forget({ options }) {
    if (typeof options.remember === 'string') storage(options.remember).removeItem(keyOf(options));
  }
}

/** @param {'local' | 'session'} which */
const storage = (which) => (which === 'local' ? localStorage : sessionStorage);

/** @param {{ channels: string[], filter?: string }} options */
const keyOf = ({ channels, filter }) => `sluice.cursor ${channels.join(' ')}${filter ? ` ${filter}` : ''}`;
