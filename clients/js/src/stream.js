import { SluiceError, nonsense, ofServer, MOVED } from './error.js';
import { EventStream } from './event-stream.js';
import { eventOf, parse } from './events.js';
import { ask } from './http.js';
import { PATIENCE } from './session.js';
import { timeToRenew } from './time.js';

/** @param {Record<string, any>} wanted @param {Record<string, any>} more @returns {string} */
export function query({ channels = [], ...wanted }, more) {
  const search = new URLSearchParams(channels.map((/** @type {string} */ channel) => ['channel', channel]));
  for (const [name, value] of Object.entries({ ...wanted, ...more })) if (value !== undefined) search.set(name, value);
  return String(search) && `?${search}`;
}

/** SSE, read by `fetch`, which can send a header: one request each subscription. */
export class StreamTransport {
  /** @param {import('./client.js').Client} client */
  constructor(client) {
    this.client = client;
  }

  /** @param {import('./subscription.js').Carried} subscription @param {import('./session.js').Session} session */
  async run(subscription, session) {
    const { tokens, options } = this.client;
    const { dog, signal } = session;
    const token = await tokens.get();
    dog.watch(options.openTimeoutMs);
    const path = `/v1/stream${query(subscription.wanted, { format: 'cloudevents', heartbeat: options.heartbeat })}`;
    const { body, headers } = await ask(this.client, 'sse', path, token, signal);
    const type = headers.get('Content-Type');
    if (!type?.startsWith('text/event-stream')) throw nonsense(`no event stream but ${type}`);
    const reader = /** @type {ReadableStream<Uint8Array>} */ (body).getReader();
    const stream = new EventStream();
    /** @type {number | undefined} */
    let retry;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) throw new SluiceError('network', 'the stream has ended', { retryAfterMs: retry });
      dog.alive();
      for (const { event, id, data, ...block } of stream.read(value)) {
        if (session.ended) throw signal.reason;
        retry = block.retry ?? retry;
        if (!event.startsWith('sluice.')) {
          if (data !== undefined) subscription.event(session, eventOf(parse(data), id));
          else if (session.opened) subscription.heartbeat(session, id);
          continue;
        }
        const said = parse(data);
        switch (event.slice(7)) {
          case 'open':
            if (!(said.heartbeatIntervalMs > 0)) throw nonsense('open without a heartbeat interval');
            dog.watch(PATIENCE * said.heartbeatIntervalMs);
            subscription.opened(session, id, said.serverTime);
            break;
          case 'heartbeat':
            subscription.heartbeat(session, id);
            break;
          case 'gap':
            subscription.gap(session, said, id ?? said.to);
            break;
          case 'expiring':
            this.#renew(token, said.tokenExpires, session);
            break;
          case 'close': {
            const why = ofServer(said, retry ?? said.reconnectAfterMs);
            tokens.blame(why, token);
            throw why;
          }
          default:
            this.client.report(nonsense(`unknown message '${event}'`), subscription);
        }
      }
      if (subscription.isFull) {
        dog.stop();
        await subscription.room(signal);
        dog.watch(dog.ms);
      }
    }
  }

  /** With a fresh one the stream is begun anew before the server has to end it. @param {string | undefined} token @param {string | undefined} expires @param {import('./session.js').Session} session */
  async #renew(token, expires, session) {
    const { tokens } = this.client;
    if (!tokens.isRenewable) return;
    await timeToRenew(expires, session.signal);
    if (session.ended) return;
    tokens.forget(token);
    try {
      await tokens.get();
      session.abort(MOVED);
    } catch (error) {
      if (!session.ended) this.client.report(error);
    }
  }
}
