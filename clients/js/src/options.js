/**
 * @typedef {'websocket' | 'sse' | 'poll'} TransportName
 * @typedef {import('./events.js').SluiceEvent} SluiceEvent
 * @typedef {import('./events.js').SluiceGap} SluiceGap
 * @typedef {import('./error.js').SluiceError} SluiceError
 * @typedef {string | URL | (string | URL)[]} Address several are used in turn
 *
 * @typedef {object} ConnectOptions
 * @property {string | URL} [base] the one address of all services
 * @property {{ websocket?: Address, sse?: Address, poll?: Address, publish?: Address }} [urls] where they have several; `poll` is `sse` when left out
 * @property {string | (() => string | Promise<string>)} [token] of OIDC; a function is asked at first, before the token expires and when it is refused. Without one the browser's cookie counts
 * @property {TransportName[]} [transports] the best first
 * @property {number} [heartbeat] seconds between heartbeats, 2 to 60
 * @property {{ firstMs: number, mostMs: number }} [backoff] between tries: up to firstMs (500), doubled each time up to mostMs (30,000)
 * @property {number} [openTimeoutMs] how long a transport may take until it delivers (10,000)
 * @property {number} [tokenTimeoutMs] how long the callback may take (10,000)
 * @property {number} [returnAfterMs] when a better transport is tried again (30,000, then longer each time)
 * @property {number} [queue] how many publishes may wait (1,000)
 * @property {number} [publishTimeoutMs] how long an unanswered publish is repeated (100,000: within the server's dedupe window)
 * @property {number} [ackDelayMs] acknowledgements are gathered so long (50)
 * @property {typeof globalThis.fetch} [fetch] in place of the platform's
 * @property {typeof globalThis.WebSocket} [WebSocket] in place of the platform's, for example that of `ws` or `undici` in Node.js before 22
 * @property {(error: SluiceError) => void} [onError] hears of every failure, also of those after which it goes on
 * @property {AbortSignal} [signal] closes it
 *
 * @typedef {object} SubscribeOptions
 * @property {string | string[]} channels channels or patterns, 1 to 100
 * @property {string} [filter] CloudEvents SQL over attributes
 * @property {string} [cursor] go on after this position
 * @property {string | Date} [since] from this time of the log on
 * @property {number} [last] with the newest n events
 * @property {'catch-up' | 'latest'} [overflow]
 * @property {'continue' | 'close'} [gaps] whether a gap ends it (`continue`)
 * @property {string} [durable] the name of an acknowledged subscription
 * @property {number} [maxUnacked]
 * @property {number} [buffer] so many items may wait for their reader (1,000); more are left at the server
 * @property {'local' | 'session' | { load(): string | undefined | null | Promise<string | undefined | null>, save(cursor: string): unknown }} [remember]
 *   where the position of what the reader has done with is kept; it goes before `cursor`, `since` and `last` of a later run
 * @property {AbortSignal} [signal] closes it
 * @property {(event: SluiceEvent & Record<string, any>) => unknown} [onEvent] in place of iteration; the next event comes when its promise has settled
 * @property {(gap: SluiceGap) => unknown} [onGap]
 * @property {(state: import('./subscription.js').State) => void} [onState]
 * @property {(error: SluiceError) => void} [onError] hears of every failure, also of those after which it goes on
 *
 * @typedef {object} PublishOptions
 * @property {string} [id] a repeated publish with the same one arrives once
 * @property {string} [type] `message` when left out
 * @property {string} [source]
 * @property {string} [subject]
 * @property {string} [contentType] of strings and bytes
 * @property {Record<string, string>} [attributes] extensions
 * @property {AbortSignal} [signal] gives up; it may have arrived
 *
 * @typedef {Required<Omit<ConnectOptions, 'base' | 'urls' | 'token' | 'heartbeat' | 'onError' | 'signal'>>
 *   & Pick<ConnectOptions, 'token' | 'heartbeat' | 'onError' | 'signal'>
 *   & { urls: Record<TransportName | 'publish', string[]> }} Options
 * @typedef {Omit<SubscribeOptions, 'channels' | 'buffer' | 'since'> & { channels: string[], buffer: number, since?: string }} SubscriptionOptions
 */

/** @param {string} option @param {string} needed what it is not @param {any} [value] @returns {never} */
export function wrong(option, needed, value) {
  const shown = value === undefined ? '' : `, not ${typeof value === 'string' ? `'${value}'` : String(value)}`;
  throw new TypeError(`option '${option}': ${needed}${shown}`);
}

/** @typedef {(value: any, option: string) => unknown} Check that throws */

/** @param {string} needed @param {(value: any) => unknown} fits @returns {Check} */
const a = (needed, fits) => (value, option) => fits(value) || wrong(option, `${needed} is needed`, value ?? null);

/** @param {number} least @param {number} [most] */
const whole = (least, most = Infinity) =>
  a(`a whole number from ${least} ${most < Infinity ? `to ${most}` : 'on'}`, (value) => Number.isSafeInteger(value) && value >= least && value <= most);

/** @param {string[]} words */
const oneOf = (...words) => a(`'${words.join("' or '")}'`, (value) => words.includes(value));

const isText = (/** @type {any} */ value) => typeof value === 'string' && value;
const isFunction = (/** @type {any} */ value) => typeof value === 'function';
const isObject = (/** @type {any} */ value) => typeof value === 'object' && value;
const text = a('a string with something in it', isText);
const callback = a('a function', isFunction);
const object = a('an object', isObject);
const signal = a('an AbortSignal', (value) => value?.addEventListener);
const any = () => {};
const atLeastOne = whole(1);

/** @param {any} given @param {Record<string, Check>} checks @param {string} of */
function check(given, checks, of) {
  if (!isObject(given)) throw new TypeError(`${of}: an object with options is needed`);
  for (const [option, value] of Object.entries(given)) {
    if (!Object.hasOwn(checks, option)) wrong(option, `${of} has no such option`);
    if (value !== undefined) checks[option](value, option);
  }
}

const NAMES = ['websocket', 'sse', 'poll'];
const name = oneOf(...NAMES);

/** @type {Record<string, Check>} */
const CONNECT = {
  base: any,
  urls: object,
  token: a('a token or a function that gets one', (value) => isText(value) || isFunction(value)),
  transports(value, option) {
    a('a list of transports', (list) => Array.isArray(list) && list.length)(value, option);
    value.forEach((/** @type {string} */ each, /** @type {number} */ at) => {
      name(each, `${option}[${at}]`);
      if (value.indexOf(each) < at) wrong(`${option}[${at}]`, `'${each}' stands there twice`);
    });
  },
  heartbeat: whole(2, 60),
  backoff(value, option) {
    for (const part of ['firstMs', 'mostMs']) atLeastOne(value?.[part], `${option}.${part}`);
  },
  openTimeoutMs: atLeastOne,
  tokenTimeoutMs: atLeastOne,
  returnAfterMs: atLeastOne,
  queue: atLeastOne,
  publishTimeoutMs: atLeastOne,
  ackDelayMs: whole(0),
  fetch: callback,
  WebSocket: callback,
  onError: callback,
  signal,
};

/** @type {Record<string, Check>} */
const SUBSCRIBE = {
  channels: any,
  filter: text,
  cursor: text,
  since: a('a Date or a time as 2026-11-24T10:00:00Z', (value) => Date.parse(value?.toJSON?.() ?? value)),
  last: whole(1, 10_000),
  overflow: oneOf('catch-up', 'latest'),
  gaps: oneOf('continue', 'close'),
  durable: text,
  maxUnacked: whole(1, 10_000),
  buffer: atLeastOne,
  remember: (value, option) => (isFunction(value?.load) && isFunction(value.save)) || oneOf('local', 'session')(value, option),
  signal,
  onEvent: callback,
  onGap: callback,
  onState: callback,
  onError: callback,
};

/** @type {Record<string, Check>} */
const PUBLISH = { id: text, type: text, source: text, subject: text, contentType: text, attributes: object, signal };

/** @param {any} address @param {string} option @returns {string[]} */
function addresses(address, option) {
  const list = [address].flat();
  if (!list.length) wrong(option, 'an address is needed');
  return list.map((one) => {
    try {
      const { protocol, search, hash, href } = new URL(one, globalThis.location?.href);
      if (/^(https?|wss?):$/.test(protocol) && !search && !hash) return href.replace(/^ws/, 'http').replace(/\/+$/, '');
    } catch {
      // It is none.
    }
    return wrong(option, 'an http or ws address without a query is needed', one ?? null);
  });
}

/** @param {ConnectOptions} given @returns {Options} */
export function connectOptions(given) {
  check(given, CONNECT, 'connect');
  const { base, urls, ...rest } = given;
  if (!base === !urls) wrong('base', "either 'base' or 'urls' is needed");
  for (const each of Object.keys(urls ?? {})) oneOf(...NAMES, 'publish')(each, `urls.${each}`);
  /** @type {Record<string, any>} */
  const asked = urls ? { ...urls, poll: urls.poll ?? urls.sse } : { websocket: base, sse: base, poll: base, publish: base };
  /** @type {Record<string, string[]>} */
  const known = {};
  for (const [each, address] of Object.entries(asked)) if (address !== undefined) known[each] = addresses(address, urls ? `urls.${each}` : 'base');
  /** @type {any} */
  const options = {
    backoff: { firstMs: 500, mostMs: 30_000 },
    openTimeoutMs: 10_000,
    tokenTimeoutMs: 10_000,
    returnAfterMs: 30_000,
    queue: 1_000,
    publishTimeoutMs: 100_000,
    ackDelayMs: 50,
    fetch: globalThis.fetch?.bind(globalThis),
    WebSocket: globalThis.WebSocket,
  };
  for (const [option, value] of Object.entries(rest)) if (value !== undefined) options[option] = value;
  const can = (/** @type {string} */ each) => known[each] && (each !== 'websocket' || options.WebSocket);
  const { transports } = given;
  transports?.forEach((each, at) => {
    if (!known[each]) wrong(`transports[${at}]`, `an address in 'urls.${each}' is needed`);
    if (!transports[1] && !can(each)) wrong('WebSocket', 'this platform has none; give one, or another transport');
  });
  const usable = (transports ?? NAMES).filter(can);
  if (!usable.length && !known.publish) wrong('urls', 'an address that this platform can use is needed');
  return { ...options, urls: known, transports: usable };
}

/** @param {SubscribeOptions} given @returns {SubscriptionOptions} */
export function subscribeOptions(given) {
  check(given, SUBSCRIBE, 'subscribe');
  const { since, maxUnacked, durable, remember } = given;
  const channels = [given.channels].flat();
  if (!channels.length || channels.length > 100) wrong('channels', '1 to 100 channels are needed', channels.length);
  channels.forEach((channel, at) => text(channel, Array.isArray(given.channels) ? `channels[${at}]` : 'channels'));
  if (maxUnacked && !durable) wrong('maxUnacked', "it needs the option 'durable'");
  if (remember && durable) wrong('remember', 'a durable subscription has its position at the server');
  return { buffer: 1_000, ...given, channels, since: since instanceof Date ? since.toJSON() : since };
}

/** @param {string} channel @param {PublishOptions} given */
export function checkPublish(channel, given) {
  text(channel, 'channel');
  check(given, PUBLISH, 'publish');
}
