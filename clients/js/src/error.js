/**
 * What went wrong, as a value with a reason. Reasons of the server are those of docs/clients.md#errors; the client's own are
 * `network` (no connection, or it broke), `timeout` (silence), `protocol` (an answer that makes no sense), `token` (the callback
 * failed), `callback`, `position`, `queue-full`, `unconfirmed` (published, perhaps) and `closed`.
 */
export class SluiceError extends Error {
  /** What is wrong, in the server's words: `channels[0]`. @type {string | undefined} */ field;
  /** Of HTTP. @type {number | undefined} */ status;
  /** When the server said to come back. @type {number | undefined} */ retryAfterMs;
  /** Where a subscription stood. @type {string | undefined} */ cursor;

  /**
   * @param {string} reason
   * @param {string} detail
   * @param {{ field?: string, status?: number, retryAfterMs?: number, cursor?: string, cause?: unknown }} [more]
   */
  constructor(reason, detail, { cause, ...more } = {}) {
    super(`${reason}: ${detail}`, { cause });
    /** @readonly */
    this.reason = reason;
    /** @readonly */
    this.detail = detail;
    this.name = 'SluiceError';
    Object.assign(this, more);
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

/** @param {string} what */
export const over = (what) => new SluiceError('closed', `the ${what} is closed`);

/** Why a session ends whose subscription goes on at once, elsewhere or with a fresh token. */
export const MOVED = new SluiceError('moved', '');

/** @param {any} thrown @param {string} [reason] @returns {SluiceError} */
export const asError = (thrown, reason = 'network') =>
  thrown instanceof SluiceError ? thrown : new SluiceError(reason, String(thrown?.message ?? thrown), { cause: thrown });

/** @param {Record<string, any>} said a problem+json, an `error` or a `close` @param {number} [retryAfterMs] @param {number} [status] */
export const ofServer = ({ reason, detail = '', field, cursor, reconnectAfterMs }, retryAfterMs = reconnectAfterMs, status) =>
  new SluiceError(String(reason), String(detail), { field, status, retryAfterMs, cursor });
