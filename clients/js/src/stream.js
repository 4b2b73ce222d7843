import { SluiceError, asError, ofServer } from './error.js';
import { EventStream } from './event-stream.js';
import { eventOf, parse } from './events.js';
import { ask } from './http.js';
import { MOVED, Session } from './session.js';
import { Watchdog, timeToRenew } from './time.js';

/** So many heartbeats may be missing before a connection counts as dead. */
export const PATIENCE = 2.5;

/** @param {Record<string, any>} wanted @param {Record<string, any>} more */
export function query({ channels, ...wanted }, more) {
  const search = new URLSearchParams(channels.map((/** @type {string} */ channel) => ['channel', channel]));
  for (const [name, value] of Object.entries({ ...wanted, ...more })) if (value !== undefined) search.set(name, String(value));
  return `?${search}`;
}

/** SSE, read by `fetch`, which can send a header: one request each subscription. */
export class StreamTransport {
  /** @param {import('./client.js').Client} client */
  constructor(client) {
    this.client = client;
  }

  /** @param {import('./subscription.js').Subscription} subscription @param {Session} session */
  async run(subscription, session) {
    await this.#read(subscription.wanted, session, subscription);
  }

  /** Whether a stream gets through; it is left as soon as that is known. @param {import('./subscription.js').Subscription} subscription @param {AbortSignal} signal */
  async probe(subscription, signal) {
    const session = new Session(-1, -1);
    const gone = () => session.end(MOVED);
    signal.addEventListener('abort', gone);
    try {
      await this.#read({ channels: subscription.options.channels }, session);
    } catch (error) {
      if (error !== MOVED) throw error;
    } finally {
      signal.removeEventListener('abort', gone);
      session.end(MOVED);
    }
    return session.opened;
  }

  /** @param {Record<string, any>} wanted @param {Session} session @param {import('./subscription.js').Subscription} [subscription] without one: until it is open */
  async #read(wanted, session, subscription) {
    const { client } = this;
    const token = await client.tokens.get();
    const dog = new Watchdog(() => session.end(new SluiceError('timeout', `nothing came over SSE for ${dog.ms} ms`)));
    dog.watch(client.options.openTimeoutMs);
    try {
      const url = client.url('sse', `/v1/stream${query(wanted, { format: 'cloudevents', heartbeat: client.options.heartbeat })}`);
      const answer = await ask(client, url, { token, headers: { Accept: 'text/event-stream' }, signal: session.signal });
      if (!answer.headers.get('Content-Type')?.startsWith('text/event-stream') || !answer.body) {
        throw new SluiceError('protocol', `no event stream but ${answer.headers.get('Content-Type')}`);
      }
      const reader = answer.body.getReader();
      const stream = new EventStream();
      /** @type {number | undefined} */
      let retry;
      for (;;) {
        const { done, value } = await reader.read();
        if (done) throw new SluiceError('network', 'the stream has ended', { retryAfterMs: retry });
        dog.alive();
        for (const block of stream.read(value)) {
          if (session.ended) throw session.signal.reason;
          retry = block.retry ?? retry;
          if (block.event.startsWith('sluice.')) {
            const said = parse(block.data ?? '');
            if (block.event === 'sluice.open') {
              if (!(said.heartbeatIntervalMs > 0)) throw new SluiceError('protocol', 'open without a heartbeat interval');
              session.opened = true;
              if (!subscription) return;
              dog.watch(PATIENCE * said.heartbeatIntervalMs);
              subscription.opened(session, block.id, said.serverTime);
            } else if (block.event === 'sluice.close') {
              throw ofServer(said, undefined, retry ?? said.reconnectAfterMs);
            } else if (block.event === 'sluice.heartbeat') subscription?.heartbeat(session, block.id);
            else if (block.event === 'sluice.gap') subscription?.gap(session, said, block.id ?? said.to);
            else if (block.event === 'sluice.expiring') this.#renew(token, said.tokenExpires, session);
            else client.report(new SluiceError('protocol', `unknown message '${block.event}'`), subscription);
          } else if (block.data !== undefined) subscription?.event(session, eventOf(parse(block.data), block.id));
          else if (session.opened) subscription?.heartbeat(session, block.id);
        }
        if (subscription?.isFull) {
          dog.stop();
          await subscription.room(session.signal);
          dog.watch(dog.ms);
        }
      }
    } catch (error) {
      if (error instanceof SluiceError && error.isOfToken) client.tokens.refuse(token);
      // The request goes with it.
      session.end(asError(error));
      throw error;
    } finally {
      dog.stop();
    }
  }

  /** With a fresh one the stream is begun anew before the server has to end it. @param {string | undefined} token @param {string | undefined} expires @param {Session} session */
  async #renew(token, expires, session) {
    if (!this.client.tokens.isRenewable) return;
    await timeToRenew(expires, session.signal);
    if (session.ended) return;
    try {
      await this.client.tokens.renew(token);
      session.end(MOVED);
    } catch (error) {
      if (!session.ended) this.client.report(/** @type {SluiceError} */ (error));
    }
  }
}
