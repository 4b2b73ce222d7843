import { asError, ofServer } from './error.js';

/** @typedef {'websocket' | 'sse' | 'poll' | 'publish'} Service */

/**
 * Asks over HTTP; an answer that is no 2xx is thrown, and the token blamed where that is why.
 * @param {import('./client.js').Parts} client
 * @param {Service} service
 * @param {string} path
 * @param {string | undefined} token
 * @param {AbortSignal} signal
 * @param {{ body?: BodyInit, headers?: Record<string, string> }} [post]
 * @returns {Promise<Response>}
 */
export async function ask({ options, tokens, url }, service, path, token, signal, post) {
  const answer = await options
    .fetch(url(service, path), {
      method: post && 'POST',
      body: post?.body,
      headers: { ...post?.headers, ...(token && { Authorization: `Bearer ${token}` }) },
      credentials: options.token ? 'omit' : 'include',
      cache: 'no-store',
      signal,
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
  const error = ofServer({ reason, detail: `HTTP ${status} from ${service}`, ...(await answer.json().catch(() => {})) }, retryAfterMs, status);
  tokens.blame(error, token);
  throw error;
}

/** @param {unknown} value @returns {{ body: string, headers: Record<string, string> }} to post it */
export const json = (value) => ({ body: JSON.stringify(value), headers: { 'Content-Type': 'application/json' } });

/** @param {Record<string, any>} wanted @returns {string} */
export function query({ channels: channel, ...wanted }) {
  const search = new URLSearchParams();
  for (const [name, values] of Object.entries({ channel, ...wanted })) {
    for (const value of [values].flat()) if (value !== undefined) search.append(name, value);
  }
  return String(search) && `?${search}`;
}
