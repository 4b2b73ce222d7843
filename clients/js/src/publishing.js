import { SluiceError, asError } from './error.js';
import { base64, newId, parse, payloadOf } from './events.js';
import { ask, query } from './http.js';
import { ANSWER_MS, MOST_IN_MESSAGE } from './limits.js';
import { publishOptions, wrong } from './options.js';
import { watched } from './session.js';
import { jitter, pause, within } from './time.js';

/** Where a CloudEvent with attributes of its own comes from when nobody said it. */
const SOURCE = '/clients/js';

/**
 * @typedef {{ id: string, channel: string, cursor?: string }} Receipt
 *
 * @typedef {(channel: string, data: unknown, options?: import('./options.js').PublishOptions) => Promise<Receipt>} Publish
 *   bytes, a string, or a JSON value, and goes on trying while it can't; it arrives once. One channel's events arrive in the order of the calls.
 *   Resolves when Kafka has it
 */

/**
 * What is on its way to the server. Each event has one id, however often and on whatever way it is sent; a channel's go one by one.
 * @param {import('./client.js').Parts} client
 * @returns {Publish}
 */
export function publishing(client) {
  const { options, tokens, socket, report } = client;
  /** The last one of each channel. @type {Map<string, Promise<unknown>>} */
  const lines = new Map();
  let waiting = 0;

  /** @param {string} channel @param {import('./events.js').Payload} payload @param {import('./options.js').PublishOptions} given @param {AbortSignal} life */
  async function deliver(channel, { type: mediaType, body, json: data, bytes }, { id = newId(), type, subject, attributes, source = subject || attributes ? SOURCE : undefined }, life) {
    /** When Kafka may have got it for the first time. @type {number | undefined} */
    let sentAt;
    /** @template T @param {Promise<T>} answer @returns {Promise<T>} */
    const sent = (answer) => {
      sentAt ??= performance.now();
      return within(answer, ANSWER_MS, 'a publish', life);
    };

    /** @returns {Promise<Receipt>} */
    async function send() {
      // Where there is an address for posts no socket is opened for them, but one that is open is used.
      const connection = options.urls.publish ? socket.connection() : await socket.open();
      if (connection && !(options.urls.publish && body && body.length > MOST_IN_MESSAGE)) {
        const said = await sent(connection.request('publish', { channel, event_id: id, source, type, subject, attributes, content_type: mediaType, data, data_base64: bytes && base64(bytes) }));
        return { id: said.event_id, channel: said.channel, cursor: said.cursor };
      }
      /** @type {Record<string, string>} */
      const headers = mediaType ? { 'Content-Type': mediaType } : {};
      if (source) {
        // As the CloudEvents HTTP binding has it (3.1.3.2).
        for (const [name, value] of Object.entries({ specversion: '1.0', id, source, type: type ?? 'message', subject, ...attributes })) {
          if (value) headers[`ce-${name}`] = value.replace(/[^\x21\x23\x24\x26-\x7e]/gu, encodeURIComponent);
        }
      } else headers['Idempotency-Key'] = id;
      const path = `/v1/channels/${encodeURIComponent(channel)}/events${query(source ? {} : { type })}`;
      const token = await tokens.get();
      return parse(await sent(ask(client, 'publish', path, token, life, { body, headers }).then((answer) => answer.text())));
    }

    for (let attempts = 0; ; attempts++) {
      life.throwIfAborted();
      try {
        return await send();
      } catch (thrown) {
        const error = asError(thrown);
        if (life.aborted || tokens.isOver(error)) throw error;
        report(error);
        // Repeated later than the server remembers, it could arrive twice.
        if (performance.now() - (sentAt ?? Infinity) > options.publishTimeoutMs) {
          throw new SluiceError('unconfirmed', `it may have arrived: ${error.detail}`, { cause: error });
        }
        await pause(Math.max(error.retryAfterMs ?? 0, jitter(options.backoff, attempts)), life);
      }
    }
  }

  /** @param {string} channel @param {import('./events.js').Payload} payload @param {import('./options.js').PublishOptions} given @returns {Promise<Receipt>} */
  async function queue(channel, payload, given) {
    client.signal.throwIfAborted();
    if (waiting >= options.queue) throw new SluiceError('queue-full', `${waiting} are waiting`);
    waiting++;
    const life = watched(client.signal, given.signal);
    const sent = Promise.resolve(lines.get(channel)).then(() => deliver(channel, payload, given, life.signal));
    /** @type {Promise<unknown>} */
    const line = sent.catch(() => {}).then(() => lines.get(channel) === line && lines.delete(channel));
    lines.set(channel, line);
    try {
      return await within(sent, Infinity, '', life.signal);
    } finally {
      waiting--;
      life.abort();
    }
  }

  return (channel, data, given = {}) => {
    const checked = publishOptions(channel, given);
    if (!options.urls.publish && !(options.urls.websocket && options.WebSocket)) wrong('urls.publish', 'an address to publish at is needed');
    return queue(channel, payloadOf(data, checked.contentType), checked);
  };
}
