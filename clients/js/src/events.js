import { nonsense } from './error.js';
import { wrong } from './options.js';

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
 *
 * @typedef {{ type?: string, body?: string | Uint8Array<ArrayBuffer>, json?: unknown, bytes?: Uint8Array }} Payload of data: its media type, and what is sent,
 *   as a body or as JSON
 */

/** @param {any} json a structured CloudEvent @param {string | undefined} cursor @returns {SluiceEvent} */
export function eventOf(json, cursor = json?.cursor) {
  if (!(json?.id && json.type && cursor)) throw nonsense('an event without id, type or cursor');
  const { specversion, data_base64, ...event } = json;
  if (data_base64) event.data = Uint8Array.from(atob(data_base64), (byte) => byte.charCodeAt(0));
  return { ...event, cursor };
}

/** @param {any} text @returns {any} an object or a list */
export function parse(text) {
  try {
    const value = JSON.parse(text);
    if (typeof value === 'object' && value) return value;
  } catch {
    // Told below, with what it was.
  }
  throw nonsense(`no JSON object: ${String(text).slice(0, 80)}`);
}

/** @param {any} data @param {string} [given] its media type @returns {Payload} text of ours and JSON as strings, all else as bytes */
export function payloadOf(data, given) {
  if (data === undefined) return {};
  if (typeof data === 'string') {
    if (!given) return { type: 'text/plain;charset=utf-8', body: data, json: data };
    data = new TextEncoder().encode(data);
  }
  const bytes = ArrayBuffer.isView(data) ? new Uint8Array(/** @type {any} */ (data.buffer), data.byteOffset, data.byteLength) : data instanceof ArrayBuffer && new Uint8Array(data);
  if (bytes) return { type: given ?? 'application/octet-stream', body: bytes, bytes };
  const body = JSON.stringify(data);
  if (!body) wrong('data', `a ${typeof data} is no JSON value`);
  return { type: given ?? 'application/json', body, json: JSON.parse(body) };
}

/** @param {Uint8Array} bytes */
export const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));

/** Not `crypto.randomUUID`, which pages without TLS don't have. */
export const newId = () => crypto.getRandomValues(new Uint32Array(4)).join('-');
