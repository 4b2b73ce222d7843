import { SluiceError, asError, over } from './error.js';
import { base64, newId, parse } from './events.js';
import { ask } from './http.js';
import { jitter, listen, pause, within } from './time.js';

/** Over a WebSocket a message has at most 512 KiB. */
const MOST_IN_MESSAGE = 300_000;
const ANSWER_MS = 20_000;
/** Where a CloudEvent with attributes of its own comes from when nobody said it. */
const SOURCE = '/clients/js';

/**
 * @typedef {object} Post
 * @property {string} channel
 * @property {import('./events.js').Payload} payload
 * @property {import('./options.js').PublishOptions} options with an id
 * @property {AbortSignal} life
 * @property {number} [sentAt] when Kafka may have got it for the first time
 *
 * @typedef {{ id: string, channel: string, cursor?: string }} Receipt
 */

/** What is on its way to the server. Each event has one id, however often and on whatever way it is sent; a channel's go one by one. */
export class Publishing {
  /** The last one of each channel. @type {Map<string, Promise<void>>} */ #lines = new Map();
  /** @type {Set<AbortController>} */ #posts = new Set();

  /** @param {import('./client.js').Client} client */
  constructor(client) {
    this.client = client;
  }

  /** @param {string} channel @param {import('./events.js').Payload} payload @param {import('./options.js').PublishOptions} options @returns {Promise<Receipt>} */
  async publish(channel, payload, options) {
    const { queue } = this.client.options;
    const { signal: given } = options;
    if (this.client.ended) throw over('client');
    if (this.#posts.size >= queue) throw new SluiceError('queue-full', `${queue} events are waiting to be published`);
    const life = new AbortController();
    const { signal } = life;
    listen(given, 'abort', () => life.abort(given?.reason), signal);
    this.#posts.add(life);
    const before = this.#lines.get(channel);
    const sent = (async () => {
      await before;
      return this.#deliver({ channel, payload, options: { ...options, id: options.id ?? newId() }, life: signal });
    })();
    const line = sent.then(() => {}, () => {}).then(() => {
      if (this.#lines.get(channel) === line) this.#lines.delete(channel);
    });
    this.#lines.set(channel, line);
    try {
      return await Promise.race([sent, pause(Infinity, signal).then(() => Promise.reject(signal.reason))]);
    } finally {
      this.#posts.delete(life);
      life.abort();
    }
  }

  /** @param {Post} post @returns {Promise<Receipt>} */
  async #deliver(post) {
    const { options, tokens } = this.client;
    for (let attempts = 0; ; attempts++) {
      post.life.throwIfAborted();
      try {
        return await this.#send(post);
      } catch (thrown) {
        const error = asError(thrown);
        if (post.life.aborted || error.isFinal || (error.isOfToken && !tokens.isRenewable)) throw error;
        this.client.report(error);
        // Repeated later than the server remembers, it could arrive twice.
        if (performance.now() - (post.sentAt ?? Infinity) > options.publishTimeoutMs) {
          throw new SluiceError('unconfirmed', `nobody knows whether it arrived: ${error.detail}`, { cause: error });
        }
        await pause(Math.max(error.retryAfterMs ?? 0, jitter(options.backoff, attempts)), post.life);
      }
    }
  }

  /** @param {Post} post @returns {Promise<Receipt>} */
  async #send(post) {
    const { socket, tokens, options: { urls } } = this.client;
    const { channel, life, payload: { type: mediaType, body, isJson }, options: { id, type, subject, attributes, contentType } } = post;
    const source = post.options.source ?? (subject || attributes ? SOURCE : undefined);
    // Where there is an address for posts no socket is opened for them, but one that is open is used.
    const connection = urls.publish ? socket.connection : await socket.open();
    if (connection && !(urls.publish && body && body.length > MOST_IN_MESSAGE)) {
      // JSON and text of ours go as they are; all else may be any bytes.
      const data = body === undefined ? {}
        : typeof body !== 'string' ? { data_base64: base64(body) }
        : contentType ? { data_base64: base64(new TextEncoder().encode(body)) }
        : { data: isJson ? JSON.parse(body) : body };
      post.sentAt ??= performance.now();
      const message = { channel, event_id: id, source, type, subject, attributes, content_type: mediaType, ...data };
      const said = await within(connection.request('publish', message), ANSWER_MS, 'a publish', life);
      return { id: said.event_id, channel: said.channel, cursor: said.cursor };
    }
    /** @type {Record<string, any>} */
    const headers = mediaType ? { 'Content-Type': mediaType } : {};
    let path = `/v1/channels/${encodeURIComponent(channel)}/events`;
    if (source) {
      const all = { specversion: '1.0', id, source, type: type ?? 'message', subject, ...attributes };
      // As the CloudEvents HTTP binding has it (3.1.3.2).
      for (const [name, value] of Object.entries(all)) if (value) headers[`ce-${name}`] = value.replace(/[^\x21\x23\x24\x26-\x7e]/gu, encodeURIComponent);
    } else {
      headers['Idempotency-Key'] = id;
      if (type) path += `?${new URLSearchParams({ type })}`;
    }
    const token = await tokens.get();
    post.sentAt ??= performance.now();
    return parse(await within(ask(this.client, 'publish', path, token, life, { headers, body }).then((answer) => answer.text()), ANSWER_MS, 'a publish', life));
  }

  close() {
    for (const life of this.#posts) life.abort(over('client'));
  }
}
