import { SluiceError, asError, ofServer } from './error.js';

/**
 * Asks over HTTP; an answer that is no 2xx is thrown.
 * @param {import('./client.js').Client} client
 * @param {string} url
 * @param {{ token?: string, method?: string, headers?: Record<string, string>, body?: BodyInit, signal: AbortSignal }} how
 * @returns {Promise<Response>}
 */
export async function ask(client, url, { token, headers, ...how }) {
  /** @type {Response} */
  let answer;
  try {
    answer = await client.options.fetch(url, {
      ...how,
      headers: token === undefined ? headers : { ...headers, Authorization: `Bearer ${token}` },
      credentials: client.options.token === undefined ? 'include' : 'omit',
      cache: 'no-store',
    });
  } catch (thrown) {
    throw asError(thrown);
  }
  if (answer.ok) return answer;
  throw await refusal(answer);
}

/** @param {Response} answer */
async function refusal(answer) {
  const after = answer.headers.get('Retry-After');
  const seconds = Number(after);
  const retryAfterMs =
    after === null ? undefined : Math.max(0, Number.isNaN(seconds) ? Date.parse(after) - Date.now() || 0 : seconds * 1_000);
  const said = await answer.json().catch(() => undefined);
  if (typeof said?.reason === 'string') return ofServer(said, answer.status, retryAfterMs);
  // Not in our words: something in between, which may be gone the next time.
  const reason = answer.status === 401 ? 'unauthenticated' : answer.status === 429 ? 'limited' : answer.status > 499 ? 'unavailable' : 'protocol';
  return new SluiceError(reason, `HTTP ${answer.status} from ${new URL(answer.url).host}`, { status: answer.status, retryAfterMs });
}
