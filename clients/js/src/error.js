/**
 * @typedef {object} Details
 * @property {string} [field] what is wrong, in the server's words: `channels[0]`
 * @property {number} [status] of HTTP
 * @property {number} [retryAfterMs] when the server said to come back
 * @property {string} [cursor] where a subscription stood
 * @property {unknown} [cause]
 *
 * @typedef {Error & Details & { readonly reason: string, readonly detail: string }} Described
 */

/**
 * What went wrong, as a value with a reason. Reasons of the server are those of docs/clients.md#errors; the client's own are
 * `network` (no connection, or it broke), `timeout` (silence), `protocol` (an answer that makes no sense), `token` (the callback
 * failed), `callback`, `position`, `queue-full`, `unconfirmed` (published, perhaps) and `closed`.
 */
export class SluiceError extends /** @type {new (message: string, details?: Details) => Described} */ (/** @type {any} */ (Error)) {
  /** @param {string} reason @param {string} detail @param {Details} [details] */
  constructor(reason, detail, details) {
    super(`${reason}: ${detail}`, details);
    Object.assign(this, details, { name: 'SluiceError', reason, detail });
  }

  /** Whether trying again can't help: a subscription that meets it is over. */
  get isFinal() {
    return /^(malformed|forbidden|superseded|gap|not-found|method-not-allowed|not-acceptable|too-large|unsupported-media-type|upgrade-required|closed)$/.test(this.reason);
  }

  /** Whether the token was not taken. */
  get isOfToken() {
    return /^(unauthenticated|token-expired|revoked)$/.test(this.reason);
  }
}

/** @param {string} detail */
export const nonsense = (detail) => new SluiceError('protocol', detail);

/** Why all ends for who has closed it. */
export const over = () => new SluiceError('closed', 'it was closed');

/** Why a session ends whose subscription goes on at once, elsewhere or with a fresh token. */
export const MOVED = new SluiceError('moved', '');

/** @param {any} thrown @param {string} [reason] @returns {SluiceError} */
export const asError = (thrown, reason = 'network') =>
  thrown instanceof SluiceError ? thrown : new SluiceError(reason, String(thrown?.message ?? thrown), { cause: thrown });

/** @param {Record<string, any>} said a problem+json, an `error` or a `close`, and what HTTP says of it */
export const ofServer = ({ reason, detail = '', field, status, cursor, reconnectAfterMs, retryAfterMs = reconnectAfterMs }) =>
  new SluiceError(String(reason), String(detail), { field, status, retryAfterMs, cursor });
