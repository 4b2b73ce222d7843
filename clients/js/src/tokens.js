import { SluiceError, asError } from './error.js';
import { within } from './time.js';

/** The access token: asked for once at a time, kept until it is refused or about to expire. */
export class Tokens {
  /** @type {string | undefined} */ #kept;
  /** @type {string | undefined} */ #refused;
  /** @type {Promise<string> | undefined} */ #asking;

  /**
   * @param {string | (() => string | Promise<string>) | undefined} source undefined: the browser adds a cookie
   * @param {number} timeoutMs
   * @param {AbortSignal} signal
   */
  constructor(source, timeoutMs, signal) {
    this.source = source;
    this.timeoutMs = timeoutMs;
    this.signal = signal;
  }

  /** Whether there may be another one. */
  get isRenewable() {
    return typeof this.source === 'function';
  }

  /** @returns {Promise<string | undefined>} */
  async get() {
    return typeof this.source === 'function' ? (this.#kept ?? this.#ask(this.source)) : this.source;
  }

  /** One other than that, which is about to expire. @param {string | undefined} old */
  renew(old) {
    if (this.#kept === old) this.#kept = undefined;
    return this.get();
  }

  /** The server does not take it. @param {string | undefined} token */
  refuse(token) {
    this.#refused = token;
    if (this.#kept === token) this.#kept = undefined;
  }

  /** Perhaps that token is why nothing comes about: the next one asks again. */
  doubt() {
    this.#kept = undefined;
  }

  /** @param {() => string | Promise<string>} source */
  #ask(source) {
    return (this.#asking ??= (async () => {
      try {
        const token = await within((async () => source())(), this.timeoutMs, 'the token callback', this.signal);
        if (typeof token !== 'string' || token === '') {
          throw new SluiceError('token', 'the token callback gave no string');
        }
        if (token === this.#refused) throw new SluiceError('token', 'the token callback gave the token that was refused');
        return (this.#kept = token);
      } catch (thrown) {
        const error = asError(thrown, 'token');
        throw error.reason === 'closed' ? error : new SluiceError('token', error.detail, { cause: thrown });
      } finally {
        this.#asking = undefined;
      }
    })());
  }
}
