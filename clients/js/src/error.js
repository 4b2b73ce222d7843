/**
 * What went wrong, as a value with a reason. Reasons of the server are those of docs/clients.md#errors; the client's own are
 * `network` (no connection, or it broke), `timeout` (silence), `protocol` (an answer that makes no sense), `token` (the callback
 * failed), `queue-full`, `unconfirmed` (published, perhaps) and `closed`.
 */
export class SluiceError extends Error {
  /**
   * @param {string} reason
   * @param {string} detail
   * @param {{ field?: string, status?: number, retryAfterMs?: number, cursor?: string, cause?: unknown }} [more]
   */
  constructor(reason, detail, more = {}) {
    super(`${reason}: ${detail}`, { cause: more.cause });
    this.name = 'SluiceError';
    /** @readonly */
    this.reason = reason;
    /** @readonly */
    this.detail = detail;
    /** What is wrong, in the server's words: `channels[0]`. @readonly */
    this.field = more.field;
    /** Of HTTP. @readonly */
    this.status = more.status;
    /** When the server said to come back. @readonly */
    this.retryAfterMs = more.retryAfterMs;
    /** Where a subscription stood. @readonly */
    this.cursor = more.cursor;
  }

  /** Whether trying again can't help: a subscription that meets it is over. */
  get isFinal() {
    return FINAL.has(this.reason);
  }

  /** Whether the token was not taken. */
  get isOfToken() {
    return OF_TOKEN.has(this.reason);
  }
}

const FINAL = new Set([
  'malformed', 'forbidden', 'superseded', 'gap', 'not-found', 'method-not-allowed', 'not-acceptable', 'too-large',
  'unsupported-media-type', 'upgrade-required', 'closed',
]);
const OF_TOKEN = new Set(['unauthenticated', 'token-expired', 'revoked']);

/** @param {unknown} thrown @param {string} [reason] @returns {SluiceError} */
export function asError(thrown, reason = 'network') {
  return thrown instanceof SluiceError
    ? thrown
    : new SluiceError(reason, thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
}

/** @param {Record<string, any>} said a problem+json, an `error` or a `close` @param {number} [status] @param {number} [retryAfterMs] */
export function ofServer(said, status, retryAfterMs = said.reconnectAfterMs) {
  return new SluiceError(String(said.reason), String(said.detail ?? said.title ?? 'said the server'), {
    field: said.field,
    status,
    retryAfterMs,
    cursor: said.cursor,
  });
}
