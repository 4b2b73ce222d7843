import { asError, ofServer } from './error.js';

/**
 * Asks over HTTP; an answer that is no 2xx is thrown, and the token blamed where that is why.
 * @param {import('./client.js').Client} client
 * @param {'websocket' | 'sse' | 'poll' | 'publish'} service
 * @param {string} path
 * @param {string | undefined} token
 * @param {AbortSignal} signal
 * @param {{ headers?: Record<string, string>, body?: any }} [post] JSON, where it has no headers
 * @returns {Promise<Response>}
 */
export async function ask(client, service, path, token, signal, post) {
  const { fetch, token: source } = client.options;
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(client.url(service, path), {
      ...(post && { method: 'POST', body: post.headers ? post.body : JSON.stringify(post.body) }),
      headers: { ...(post && (post.headers ?? { 'Content-Type': 'application/json' })), ...(token && { Authorization: `Bearer ${token}` }) },
      credentials: source ? 'omit' : 'include',
      cache: 'no-store',
      signal,
    });
  } catch (thrown) {
    throw asError(thrown);
  }
  if (answer.ok) return answer;
  const { status, headers } = answer;
  const after = headers.get('Retry-After');
  // Seconds, or a date.
  const retryAfterMs = after === null ? undefined : Math.max(0, (+after >= 0 ? +after * 1_000 : Date.parse(after) - Date.now()) || 0);
  const said = await answer.json().catch(() => undefined);
  // Not in our words: something in between, which may be gone the next time.
  const reason = said?.reason ?? (status === 401 ? 'unauthenticated' : status === 429 ? 'limited' : status > 499 ? 'unavailable' : 'protocol');
  const error = ofServer({ detail: `HTTP ${status} from ${service}`, ...said, reason }, retryAfterMs, status);
  client.tokens.blame(error, token);
  throw error;
}
