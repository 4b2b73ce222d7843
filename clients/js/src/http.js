import { asError, ofServer } from './error.js';

/** @typedef {'websocket' | 'sse' | 'poll' | 'publish'} Service */

/**
 * Asks over HTTP; an answer that is no 2xx is thrown, and the token blamed where that is why.
 * @param {import('./client.js').Parts} client
 * @param {Service} service
 * @param {string} path
 * @param {string | undefined} token
 * @param {AbortSignal} signal
 * @param {any} [body] to post, as JSON where it has no headers of its own
 * @param {Record<string, string>} [headers]
 * @returns {Promise<Response>}
 */
export async function ask({ options, tokens, url }, service, path, token, signal, body, headers) {
  const answer = await options
    .fetch(url(service, path), {
      method: body === undefined && !headers ? 'GET' : 'POST',
      body: headers ? body : JSON.stringify(body),
      headers: { ...(headers ?? (body && { 'Content-Type': 'application/json' })), ...(token && { Authorization: `Bearer ${token}` }) },
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
  const retryAfterMs = after === null ? undefined : Math.max(0, (+after >= 0 ? +after * 1_000 : Date.parse(after) - Date.now()) || 0);
  const said = await answer.json().catch(() => undefined);
  // Not in our words: something in between, which may be gone the next time.
  const reason = said?.reason ?? (status === 401 ? 'unauthenticated' : status === 429 ? 'limited' : status > 499 ? 'unavailable' : 'protocol');
  const error = ofServer({ detail: `HTTP ${status} from ${service}`, ...said, reason }, retryAfterMs, status);
  tokens.blame(error, token);
  throw error;
}

/** @param {Record<string, any>} wanted @returns {string} */
export function query({ channels = [], ...wanted }) {
  const search = new URLSearchParams(channels.map((/** @type {string} */ channel) => ['channel', channel]));
  for (const [name, value] of Object.entries(wanted)) if (value !== undefined) search.set(name, value);
  return String(search) && `?${search}`;
}
