import { SluiceError } from './error.js';
import { base64, newId, parse, payloadOf } from './events.js';
import { ask } from './http.js';
import { ANSWER_MS, MOST_IN_MESSAGE } from './limits.js';
import { publishOptions, wrong } from './options.js';
import { insist, watched, within } from './time.js';

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

  /** @param {string} channel @param {import('./events.js').Payload} payload @param {import('./options.js').PublishOptions} given @param {import('./time.js').Life} life */
  function deliver(channel, { type: mediaType, body, json: data, bytes }, { id = newId(), type, subject, attributes, source = (subject || attributes) && SOURCE }, life) {
    const { signal } = life;
    /** When Kafka may have got it for the first time. @type {number | undefined} */
    let sentAt;
    /** @template T @param {Promise<T>} answer @returns {Promise<T>} */
    const sent = (answer) => {
      sentAt ??= performance.now();
      return within(answer, ANSWER_MS, signal);
    };

    /** @returns {Promise<Receipt>} */
    async function send() {
      // Where there is an address for posts no socket is opened for them, but one that is open is used.
      const connection = !options.urls.publish ? await socket.open() : /** @type {any} */ (body?.length) > MOST_IN_MESSAGE ? undefined : socket.connection();
      if (connection) {
        return sent(
          connection
            .request('publish', { channel, event_id: id, source, type, subject, attributes, content_type: mediaType, data, data_base64: bytes && base64(bytes) })
            .then(({ event_id: id, channel, cursor }) => ({ id, channel, cursor })),
        );
      }
      /** @type {Record<string, string>} */
      const headers = mediaType ? { 'Content-Type': mediaType } : {};
      if (source) {
        // As the CloudEvents HTTP binding has it (3.1.3.2).
        for (const [name, value] of Object.entries({ specversion: '1.0', id, source, type: type ?? 'message', subject, ...attributes })) {
          if (value) headers[`ce-${name}`] = value.replace(/[^!#$&-~]/gu, encodeURIComponent);
        }
      } else headers['Idempotency-Key'] = id;
      const path = `/v1/channels/${encodeURIComponent(channel)}/events`;
      await tokens.get();
      return sent(
        ask(client, life, 'publish', path, { query: source ? {} : { type }, body, headers })
          .then((answer) => answer.text())
          .then(parse),
      );
    }

    return insist(send, options.backoff, signal, (error) => {
      if (tokens.isOver(error)) throw error;
      report(error);
      // Repeated later than the server remembers, it could arrive twice.
      if (performance.now() - (sentAt ?? Infinity) > options.publishTimeoutMs) {
        throw new SluiceError('unconfirmed', `it may have arrived: ${error.detail}`, { cause: error });
      }
    });
  }

  /** @param {string} channel @param {import('./events.js').Payload} payload @param {import('./options.js').PublishOptions} given @returns {Promise<Receipt>} */
  async function queue(channel, payload, given) {
    client.signal.throwIfAborted();
    if (waiting >= options.queue) throw new SluiceError('queue-full', `${waiting} are waiting`);
    waiting++;
    const life = watched(client.signal, given.signal);
    const sent = Promise.resolve(lines.get(channel)).then(() => deliver(channel, payload, given, life));
    /** @type {Promise<unknown>} */
    const line = sent.catch(() => {}).then(() => lines.get(channel) === line && lines.delete(channel));
    lines.set(channel, line);
    try {
      return await within(sent, Infinity, life.signal);
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
