import { SluiceError, asError } from './error.js';
import { within } from './time.js';

/** The access token: asked for once at a time, kept until it is refused or about to expire. */
export class Tokens {
  /** @type {string | undefined} */ #kept;
  /** @type {string | undefined} */ #refused;
  /** @type {Promise<string> | undefined} */ #asking;

  /** @param {import('./options.js').Options} options @param {AbortSignal} signal */
  constructor({ token, tokenTimeoutMs }, signal) {
    /** Undefined: the browser adds a cookie. */
    this.source = token;
    this.timeoutMs = tokenTimeoutMs;
    this.signal = signal;
  }

  /** Whether there may be another one. */
  get isRenewable() {
    return typeof this.source === 'function';
  }

  /** @returns {Promise<string | undefined>} */
  async get() {
    return typeof this.source === 'function' ? (this.#kept ?? (this.#asking ??= this.#ask(this.source))) : this.source;
  }

  /** The next one who needs it asks anew. @param {string | undefined} token which is about to expire, or perhaps why nothing comes about */
  forget(token) {
    if (this.#kept === token) this.#kept = undefined;
  }

  /** @param {SluiceError} error with which the server has answered @param {string | undefined} token that it was given */
  blame(error, token) {
    if (!error.isOfToken) return;
    this.#refused = token;
    this.forget(token);
  }

  /** @param {() => string | Promise<string>} source */
  async #ask(source) {
    try {
      const token = await within((async () => source())(), this.timeoutMs, 'it', this.signal);
      if (typeof token !== 'string' || !token) throw Error('it gave no string');
      if (token === this.#refused) throw Error('it gave the token that was refused');
      return (this.#kept = token);
    } catch (thrown) {
      const error = asError(thrown);
      throw error.reason === 'closed' ? error : new SluiceError('token', `the token callback failed: ${error.detail}`, { cause: thrown });
    } finally {
      this.#asking = undefined;
    }
  }
}
