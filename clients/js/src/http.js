import { asError, ofServer } from './error.js';

/**
 * @typedef {'websocket' | 'sse' | 'poll' | 'publish'} Service
 *
 * @typedef {object} Request
 * @property {Record<string, any>} [query]
 * @property {number} [ms] how long the answer may take
 * @property {any} [json] to post
 * @property {BodyInit} [body] to post, with headers
 * @property {Record<string, string>} [headers]
 */

/**
 * Asks over HTTP; an answer that is no 2xx is thrown, and the token blamed where that is why.
 * @param {import('./client.js').Parts} client
 * @param {import('./time.js').Life} life as long as which it is wanted
 * @param {Service} service
 * @param {string} path
 * @param {Request} request
 * @returns {Promise<Response>}
 */
export async function ask({ options, tokens, url }, life, service, path, { query, ms, json, body = json && JSON.stringify(json), headers = json && { 'Content-Type': 'application/json' } }) {
  const token = (life.token = await tokens.get());
  life.watch(ms);
  const answer = await options
    .fetch(url(service, path, query), {
      method: headers && 'POST',
      body,
      headers: { ...headers, ...(token && { Authorization: `Bearer ${token}` }) },
      credentials: options.token ? 'omit' : 'include',
      cache: 'no-store',
      signal: life.signal,
    })
    .catch((thrown) => {
      throw asError(thrown);
    });
  const { ok, status } = answer;
  if (ok) return answer;
  const after = answer.headers.get('Retry-After');
  // Seconds, or a date.
  const retryAfterMs = after ? Math.max(0, +after * 1_000 || Date.parse(after) - Date.now()) || 0 : undefined;
  // Not in our words: something in between, which may be gone the next time.
  const reason = status === 401 ? 'unauthenticated' : status === 429 ? 'limited' : status > 499 ? 'unavailable' : 'protocol';
  const error = ofServer({ reason, detail: `HTTP ${status} from ${service}`, ...(await answer.json().catch(() => {})), retryAfterMs, status });
  tokens.blame(error, life);
  throw error;
}
