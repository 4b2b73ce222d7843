import { MOVED, SluiceError, nonsense, ofServer } from './error.js';
import { eventStream } from './event-stream.js';
import { parse } from './events.js';
import { ask, query } from './http.js';

/**
 * SSE, read by `fetch`, which can send a header: one request each subscription.
 * @type {import('./subscription.js').Transport}
 */
export async function stream(session, client) {
  const { tokens, options } = client;
  const { signal } = session;
  const token = await tokens.get();
  session.watch(options.openTimeoutMs);
  const path = `/v1/stream${query({ ...session.wanted(), format: 'cloudevents', heartbeat: options.heartbeat })}`;
  const { body, headers } = await ask(client, 'sse', path, token, signal);
  const type = headers.get('Content-Type');
  if (!type?.startsWith('text/event-stream')) throw nonsense(`no event stream but ${type}`);
  const reader = /** @type {ReadableStream<Uint8Array>} */ (body).getReader();
  const read = eventStream();
  /** @type {number | undefined} */
  let retry;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new SluiceError('network', 'the stream has ended', { retryAfterMs: retry });
    session.alive();
    for (const { event, id, data, ...block } of read(value)) {
      signal.throwIfAborted();
      retry = block.retry ?? retry;
      const op = event.startsWith('sluice.') ? event.slice(7) : data ? 'event' : 'heartbeat';
      const said = data ? parse(data.join('\n')) : {};
      if (op === 'open') {
        session.beats(said);
        session.opened(id, said.serverTime);
      } else if (op === 'close') {
        const why = ofServer(said, retry);
        tokens.blame(why, token);
        throw why;
        // With a fresh token the stream is begun anew, before the server has to end it.
      } else if (op === 'expiring') tokens.renew(token, said.tokenExpires, session, () => session.abort(MOVED));
      else session.hear(op, said, id);
    }
    if (session.isFull()) {
      session.stop();
      await session.room();
      session.watch();
    }
  }
}
