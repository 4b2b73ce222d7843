import { MOVED, SluiceError, nonsense, ofServer } from './error.js';
import { eventStream } from './event-stream.js';
import { parse } from './events.js';
import { ask } from './http.js';

/**
 * SSE, read by `fetch`, which can send a header: one request each subscription.
 * @type {import('./subscription.js').Transport}
 */
export async function stream(session, client) {
  const { heartbeat, openTimeoutMs: ms } = client.options;
  const { body, headers } = await ask(client, session, 'sse', '/v1/stream', { query: { ...session.wanted(), format: 'cloudevents', heartbeat }, ms });
  const type = headers.get('Content-Type');
  if (!type?.startsWith('text/event-stream')) throw nonsense(`no event stream but ${type}`);
  const reader = /** @type {ReadableStream<Uint8Array>} */ (body).getReader();
  /** Between the end and the next try. @type {any} */
  let retryAfterMs;
  const read = eventStream(({ event = '', id, data, retry = retryAfterMs }) => {
    retryAfterMs = +retry || undefined;
    const op = event.startsWith('sluice.') ? event.slice(7) : data ? 'event' : 'heartbeat';
    const said = data ? parse(data.join('\n')) : {};
    if (op === 'close') throw ofServer({ retryAfterMs, ...said });
    if (op === 'open') session.beats(said);
    // With a fresh token the stream is begun anew, before the server has to end it.
    if (op === 'expiring') client.tokens.renew(session, said.tokenExpires, () => session.abort(MOVED));
    else session.hear(op, said, id);
  });
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new SluiceError('network', 'the stream ended', { retryAfterMs });
    read(value);
    await session.room();
    session.watch();
  }
}
