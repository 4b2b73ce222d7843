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

/** @param {string} option @param {string} what @returns {never} */
function wrong(option, what) {
  throw new TypeError(`option '${option}': ${what}`);
}

/** @typedef {(value: any, option: string) => unknown} Check */

/** @param {string} type @returns {Check} */
const a = (type) => (value, option) => typeof value === type || wrong(option, `a ${type} is needed here, not ${show(value)}`);

/** @param {number} least @param {number} [most] @returns {Check} */
const whole = (least, most = Number.MAX_SAFE_INTEGER) => (value, option) =>
  (Number.isSafeInteger(value) && value >= least && value <= most) ||
  wrong(option, `a whole number from ${least}${most < Number.MAX_SAFE_INTEGER ? ` to ${most}` : ' on'} is needed here, not ${show(value)}`);

/** @param {string[]} words @returns {Check} */
const oneOf = (...words) => (value, option) => words.includes(value) || wrong(option, `'${words.join("' or '")}' is needed here, not ${show(value)}`);

/** @type {Check} */
const text = (value, option) => (typeof value === 'string' && value !== '') || wrong(option, `a string with something in it is needed here, not ${show(value)}`);

/** @type {Check} */
const signal = (value, option) => typeof value?.addEventListener === 'function' || wrong(option, `an AbortSignal is needed here, not ${show(value)}`);

/** @param {any} value */
function show(value) {
  return typeof value === 'string' ? `'${value}'` : Array.isArray(value) ? 'a list' : String(value);
}

/** @param {Record<string, any>} given @param {Record<string, Check>} checks @param {string} of */
function check(given, checks, of) {
  if (given === null || typeof given !== 'object') throw new TypeError(`${of}: an object with options is needed here, not ${show(given)}`);
  for (const [option, value] of Object.entries(given)) {
    if (!Object.hasOwn(checks, option)) wrong(option, `${of} has no such option`);
    if (value !== undefined) checks[option](value, option);
  }
}

const NAMES = ['websocket', 'sse', 'poll'];

/** @param {any} value @param {string} option @returns {void} */
const transports = (value, option) => {
  if (!Array.isArray(value) || value.length === 0) wrong(option, `a list of '${NAMES.join("', '")}' is needed here`);
  value.forEach((/** @type {string} */ name, /** @type {number} */ at) => {
    oneOf(...NAMES)(name, `${option}[${at}]`);
    if (value.indexOf(name) !== at) wrong(`${option}[${at}]`, `'${name}' stands there twice`);
  });
};

/** @type {Check} */
const backoff = (value, option) => ['firstMs', 'mostMs'].forEach((part) => whole(1)(value?.[part], `${option}.${part}`));

/** @type {Record<string, Check>} */
const CONNECT = {
  base: () => {},
  urls: () => {},
  token: (value, option) => (typeof value === 'string' && value !== '') || typeof value === 'function' || wrong(option, `a token or a function that gets one is needed here, not ${show(value)}`),
  transports,
  heartbeat: whole(2, 60),
  backoff,
  openTimeoutMs: whole(1),
  tokenTimeoutMs: whole(1),
  returnAfterMs: whole(1),
  queue: whole(1),
  publishTimeoutMs: whole(1),
  ackDelayMs: whole(0),
  fetch: a('function'),
  WebSocket: a('function'),
  onError: a('function'),
  signal,
};

/** @type {Record<string, Check>} */
const SUBSCRIBE = {
  channels: () => {},
  filter: text,
  cursor: text,
  since: (value, option) => !Number.isNaN(Date.parse(String(value instanceof Date ? value.getTime() && value.toJSON() : value))) || wrong(option, `a Date or a time as 2026-11-24T10:00:00Z is needed here, not ${show(value)}`),
  last: whole(1, 10_000),
  overflow: oneOf('catch-up', 'latest'),
  gaps: oneOf('continue', 'close'),
  durable: text,
  maxUnacked: whole(1, 10_000),
  buffer: whole(1),
  remember: (value, option) => (typeof value?.load === 'function' && typeof value.save === 'function') || oneOf('local', 'session')(value, option),
  signal,
  onEvent: a('function'),
  onGap: a('function'),
  onState: a('function'),
  onError: a('function'),
};

/** @type {Record<string, Check>} */
const PUBLISH = { id: text, type: text, source: text, subject: text, contentType: text, attributes: a('object'), signal };

/** @param {any} address @param {string} option @returns {string[]} */
function addresses(address, option) {
  const list = Array.isArray(address) ? address : [address];
  if (list.length === 0) wrong(option, 'there is no address in the list');
  return list.map((one) => {
    try {
      const url = new URL(String(one), globalThis.location?.href);
      if (!/^(https?|wss?):$/.test(url.protocol) || url.search || url.hash) throw new Error();
      return url.href.replace(/^ws/, 'http').replace(/\/+$/, '');
    } catch {
      return wrong(option, `an http or ws address without a query is needed here, not ${show(one)}`);
    }
  });
}

/** @param {ConnectOptions} given @returns {Options} */
export function connectOptions(given) {
  check(given, CONNECT, 'connect');
  const { base, urls = {}, ...rest } = given;
  if (urls === null || typeof urls !== 'object') wrong('urls', `an object with addresses is needed here, not ${show(urls)}`);
  for (const name of Object.keys(urls)) oneOf(...NAMES, 'publish')(name, `urls.${name}`);
  if ((base === undefined) === (given.urls === undefined)) wrong('base', "either 'base' or 'urls' is needed");
  /** @type {Record<string, string[]>} */
  const known = {};
  for (const name of /** @type {const} */ ([...NAMES, 'publish'])) {
    const address = base ?? /** @type {any} */ (urls)[name] ?? (name === 'poll' ? urls.sse : undefined);
    if (address !== undefined) known[name] = addresses(address, base === undefined ? `urls.${name}` : 'base');
  }
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
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
  };
  const can = (/** @type {string} */ name) => known[name] && (name !== 'websocket' || options.WebSocket);
  given.transports?.forEach((name, at) => {
    if (!known[name]) wrong(`transports[${at}]`, `there is no address in 'urls.${name}'`);
    if (given.transports?.length === 1 && !can(name)) wrong('WebSocket', "this platform has none; give one, or another transport");
  });
  const names = (given.transports ?? NAMES).filter(can);
  if (names.length === 0 && !known.publish) wrong('urls', 'there is no address in it that this platform can use');
  return /** @type {any} */ ({ ...options, urls: known, transports: names });
}

/** @param {SubscribeOptions} given @returns {SubscriptionOptions} */
export function subscribeOptions(given) {
  check(given, SUBSCRIBE, 'subscribe');
  const channels = Array.isArray(given.channels) ? [...given.channels] : [given.channels];
  if (channels.length < 1 || channels.length > 100) wrong('channels', `1 to 100 channels are needed, not ${channels.length}`);
  channels.forEach((channel, at) => text(channel, Array.isArray(given.channels) ? `channels[${at}]` : 'channels'));
  if (given.maxUnacked !== undefined && given.durable === undefined) wrong('maxUnacked', "it needs the option 'durable'");
  if (given.remember !== undefined && given.durable !== undefined) wrong('remember', 'a durable subscription has its position at the server');
  return { buffer: 1_000, ...given, channels, since: given.since instanceof Date ? given.since.toJSON() : given.since };
}

/** @param {string} channel @param {PublishOptions} given */
export function checkPublish(channel, given) {
  text(channel, 'channel');
  check(given, PUBLISH, 'publish');
}
