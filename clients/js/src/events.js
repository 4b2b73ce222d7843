import { SluiceError } from './error.js';

/**
 * @typedef {object} SluiceEvent a CloudEvent; extensions are further members
 * @property {string} id with `source` its identity
 * @property {string} source
 * @property {string} type `message` for plain posts
 * @property {string} channel
 * @property {string} cursor where to go on after it
 * @property {any} data a JSON value, a string, or a Uint8Array; undefined when there is none
 * @property {string} [time] RFC 3339
 * @property {string} [subject]
 * @property {string} [datacontenttype]
 * @property {string} [dataschema]
 * @property {undefined} [gap] tells it from a gap
 *
 * @typedef {object} SluiceGap events that can't be delivered
 * @property {{ reason: string, from: string, to: string }} gap
 * @property {string} cursor
 *
 * @typedef {(SluiceEvent & Record<string, any>) | SluiceGap} Item
 */

/** @param {any} json a structured CloudEvent @param {string | undefined} cursor @returns {SluiceEvent} */
export function eventOf(json, cursor = json?.cursor) {
  if (typeof json?.id !== 'string' || typeof json.type !== 'string' || typeof cursor !== 'string') {
    throw new SluiceError('protocol', 'an event without id, type or cursor');
  }
  const { specversion, data_base64, ...event } = json;
  if (data_base64 !== undefined) event.data = Uint8Array.from(atob(data_base64), (byte) => byte.charCodeAt(0));
  event.cursor = cursor;
  return event;
}

/** @param {string} text @returns {any} */
export function parse(text) {
  try {
    return JSON.parse(text);
  } catch (wrong) {
    throw new SluiceError('protocol', `no JSON: ${text.slice(0, 80)}`, { cause: wrong });
  }
}

/** @param {unknown} data @returns {{ contentType?: string, bytes?: Uint8Array, text?: string }} what is sent of it */
export function payloadOf(data) {
  if (data === undefined) return {};
  if (data instanceof ArrayBuffer) data = new Uint8Array(data);
  if (ArrayBuffer.isView(data)) {
    return { contentType: 'application/octet-stream', bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
  }
  if (typeof data === 'string') return { contentType: 'text/plain;charset=utf-8', text: data };
  const text = JSON.stringify(data);
  if (text === undefined) throw new TypeError(`data: ${typeof data} is no JSON value`);
  return { contentType: 'application/json', text };
}

/** @param {Uint8Array} bytes */
export function base64(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text);
}

/** Not `crypto.randomUUID`, which pages without TLS don't have. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
