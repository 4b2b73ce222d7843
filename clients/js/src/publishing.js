import { SluiceError, asError } from './error.js';
import { base64, newId, parse, payloadOf } from './events.js';
import { ask } from './http.js';
import { pause, within } from './time.js';

/** Over a WebSocket a message has at most 512 KiB. */
const MOST_IN_MESSAGE = 300_000;
const ANSWER_MS = 20_000;
/** Where a CloudEvent with attributes of its own comes from when nobody said it. */
const SOURCE = '/clients/js';

/**
 * @typedef {object} Post
 * @property {string} channel
 * @property {{ contentType?: string, bytes?: Uint8Array, text?: string }} payload
 * @property {import('./options.js').PublishOptions & { id: string }} options
 * @property {number} [sentAt] when Kafka may have got it for the first time
 * @property {AbortController} life
 * @property {(receipt: Receipt) => void} resolve
 * @property {(error: unknown) => void} reject
 *
 * @typedef {{ id: string, channel: string, cursor?: string }} Receipt
 */

/** What is on its way to the server. Each event has one id, however often and on whatever way it is sent; a channel's go one by one. */
export class Publishing {
  /** @type {Map<string, Post[]>} */ #lines = new Map();
  #waiting = 0;

  /** @param {import('./client.js').Client} client @param {AbortSignal} signal */
  constructor(client, signal) {
    this.client = client;
    this.signal = signal;
  }

  /** @param {string} channel @param {unknown} data @param {import('./options.js').PublishOptions} options @returns {Promise<Receipt>} */
  publish(channel, data, options) {
    const payload = payloadOf(data);
    if (this.signal.aborted) return Promise.reject(new SluiceError('closed', 'the client is closed'));
    if (options.signal?.aborted) return Promise.reject(options.signal.reason);
    const { queue } = this.client.options;
    if (this.#waiting >= queue) return Promise.reject(new SluiceError('queue-full', `${queue} events are waiting to be published`));
    return new Promise((resolve, reject) => {
      const life = new AbortController();
      const given = () => settle(() => reject(options.signal?.reason));
      const settle = (/** @type {() => void} */ how) => {
        if (life.signal.aborted) return;
        options.signal?.removeEventListener('abort', given);
        this.#waiting--;
        life.abort();
        how();
      };
      options.signal?.addEventListener('abort', given);
      /** @type {Post} */
      const post = {
        channel,
        payload: { ...payload, contentType: payload.contentType && (options.contentType ?? payload.contentType) },
        options: { ...options, id: options.id ?? newId() },
        life,
        resolve: (receipt) => settle(() => resolve(receipt)),
        reject: (error) => settle(() => reject(error)),
      };
      this.#waiting++;
      const line = this.#lines.get(channel);
      if (line) line.push(post);
      else {
        const begun = [post];
        this.#lines.set(channel, begun);
        this.#work(channel, begun);
      }
    });
  }

  /** @param {string} channel @param {Post[]} line */
  async #work(channel, line) {
    for (let post; (post = line[0]); line.shift()) {
      if (!post.life.signal.aborted) await this.#deliver(post);
    }
    this.#lines.delete(channel);
  }

  /** @param {Post} post */
  async #deliver(post) {
    const { backoff, publishTimeoutMs } = this.client.options;
    const { signal } = post.life;
    for (let attempts = 0; !signal.aborted; attempts++) {
      try {
        return post.resolve(await this.#send(post));
      } catch (thrown) {
        if (signal.aborted) return;
        const error = asError(thrown);
        if (error.isFinal || (error.isOfToken && !this.client.tokens.isRenewable)) return post.reject(error);
        this.client.report(error);
        if (post.sentAt !== undefined && performance.now() - post.sentAt > publishTimeoutMs) {
          // Repeated later than the server remembers, it could arrive twice.
          return post.reject(new SluiceError('unconfirmed', `nobody knows whether it arrived: ${error.detail}`, { cause: error }));
        }
        const jitter = Math.random() * Math.min(backoff.mostMs, backoff.firstMs * 2 ** Math.min(attempts, 20));
        await pause(Math.max(error.retryAfterMs ?? 0, jitter), signal);
      }
    }
  }

  /** @param {Post} post @returns {Promise<Receipt>} */
  async #send(post) {
    const { socket, options } = this.client;
    const size = post.payload.bytes?.length ?? post.payload.text?.length ?? 0;
    // Where there is an address for posts no socket is opened for them, but one that is open is used.
    const connection = options.urls.publish ? socket.connection : await socket.open();
    if (connection && (size <= MOST_IN_MESSAGE || !options.urls.publish)) {
      post.sentAt ??= performance.now();
      const said = await within(connection.request('publish', message(post)), ANSWER_MS, 'a publish over WebSocket', post.life.signal);
      return { id: said.event_id, channel: said.channel, cursor: said.cursor };
    }
    const token = await this.client.tokens.get();
    post.sentAt ??= performance.now();
    return this.#overHttp(post, token);
  }

  /** @param {Post} post @param {string | undefined} token @returns {Promise<Receipt>} */
  async #overHttp({ channel, payload, options, life }, token) {
    const { id, type, source, subject, attributes } = options;
    /** @type {Record<string, string>} */
    const headers = payload.contentType ? { 'Content-Type': payload.contentType } : {};
    let search = '';
    if (source ?? subject ?? attributes) {
      const all = { specversion: '1.0', id, source: source ?? SOURCE, type: type ?? 'message', subject, ...attributes };
      for (const [name, value] of Object.entries(all)) if (value !== undefined) headers[`ce-${name}`] = encoded(value);
    } else {
      headers['Idempotency-Key'] = id;
      if (type !== undefined) search = `?${new URLSearchParams({ type })}`;
    }
    const ended = new AbortController();
    const gone = () => ended.abort();
    life.signal.addEventListener('abort', gone);
    try {
      const url = this.client.url('publish', `/v1/channels/${encodeURIComponent(channel)}/events${search}`);
      const body = /** @type {BodyInit | undefined} */ (payload.bytes ?? payload.text);
      const answer = await within(
        ask(this.client, url, { token, method: 'POST', headers, body, signal: ended.signal }).then((answered) => answered.text()),
        ANSWER_MS,
        'a publish over HTTP',
        life.signal,
      );
      return parse(answer);
    } catch (error) {
      if (error instanceof SluiceError && error.isOfToken) this.client.tokens.refuse(token);
      throw error;
    } finally {
      life.signal.removeEventListener('abort', gone);
      ended.abort();
    }
  }

  close() {
    for (const line of this.#lines.values()) for (const post of line) post.reject(new SluiceError('closed', 'the client is closed'));
  }
}

/** @param {Post} post */
function message({ channel, payload: { contentType, bytes, text }, options: { id, signal, contentType: given, ...rest } }) {
  const source = rest.source ?? (rest.subject ?? rest.attributes ? SOURCE : undefined);
  const isJson = contentType !== undefined && /json/i.test(contentType);
  // JSON goes as it is; all else may be any bytes.
  const data = bytes ? { data_base64: base64(bytes) } : text === undefined ? {} : { data: isJson ? parse(text) : text };
  return { channel, event_id: id, ...rest, source, content_type: contentType, ...data };
}

/** As the CloudEvents HTTP binding has it (3.1.3.2). @param {string} value */
const encoded = (value) => value.replace(/[^\x21\x23\x24\x26-\x7e]/gu, encodeURIComponent);
