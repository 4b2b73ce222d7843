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

/** @param {string} option @param {string} problem @returns {never} */
export function wrong(option, problem) {
  throw new TypeError(`option '${option}': ${problem}`);
}

/**
 * @typedef {(value: any, option: string) => any} Rule an option as it is used from then on; throws where it can't be
 * @typedef {Record<string, Rule | [Rule, unknown]>} Rules by the name of the option; with what it is when left out: null where it must not be
 */

/** @param {string} needed @param {(value: any) => any} use what becomes of a value that fits; undefined, or thrown, where it does not @returns {Rule} */
const a = (needed, use) => (value, option) => {
  try {
    const used = use(value);
    if (used !== undefined) return used;
  } catch {
    // Told below, with what it was.
  }
  return wrong(option, `${needed} is needed, not '${String(value)}'`);
};

/** @param {string} needed @param {(value: any) => unknown} fits */
const such = (needed, fits) => a(needed, (value) => (fits(value) ? value : undefined));

/** @param {string[]} words @param {(value: any) => unknown} [of] what has to be one of them */
const oneOf = (words, of = (value) => value) => such(words.join(' or '), (value) => words.includes(/** @type {string} */ (of(value))));

/** @param {string[]} types by which nothing empty goes */
const type = (...types) => oneOf(types, (value) => value && typeof value);

/** @param {number} least @param {number} [most] */
const whole = (least, most = Infinity) => such(`a whole number, ${least} to ${most},`, (value) => Number.isInteger(value) && value >= least && value <= most);

/** One or several. @param {Rule} each @param {number} [most] @returns {Rule} */
const list = (each, most) => (value, option) => {
  const all = [value].flat();
  whole(1, most)(all.length, option);
  return all.map((one, at) => each(one, one === value ? option : `${option}[${at}]`));
};

/** @param {Rules} rules @returns {Rule} */
const group = (rules) => (value, option) => take(value, rules, `${option}.`);

const text = type('string');
const callback = type('function');
const object = type('object');
const signal = such('an AbortSignal', (value) => value.addEventListener);
const count = whole(1);

const addresses = list(
  a('an http or ws address without a query', (value) => {
    const [, rest] = /** @type {string[]} */ (/^(?:http|ws)(s?:[^?#]*?)\/*$/.exec(new URL(value, globalThis.location?.href).href));
    return `http${rest}`;
  }),
);
const TRANSPORTS = ['websocket', 'sse', 'poll'];

/** @type {Rules} */
const CONNECT = {
  base: addresses,
  urls: group({ websocket: addresses, sse: addresses, poll: addresses, publish: addresses }),
  token: type('string', 'function'),
  transports: [list(oneOf(TRANSPORTS)), TRANSPORTS],
  heartbeat: whole(2, 60),
  backoff: [group({ firstMs: [count, null], mostMs: [count, null] }), { firstMs: 500, mostMs: 30_000 }],
  openTimeoutMs: [count, 10_000],
  tokenTimeoutMs: [count, 10_000],
  returnAfterMs: [count, 30_000],
  queue: [count, 1_000],
  publishTimeoutMs: [count, 100_000],
  ackDelayMs: [whole(0), 50],
  fetch: callback,
  WebSocket: callback,
  onError: callback,
  signal,
};

/** @type {Rules} */
const SUBSCRIBE = {
  channels: [list(text, 100), null],
  filter: text,
  cursor: text,
  since: a('a Date or a time of RFC 3339', (value) => new Date(Date.parse(value.toJSON?.() ?? value)).toISOString()),
  last: whole(1, 10_000),
  overflow: oneOf(['catch-up', 'latest']),
  gaps: oneOf(['continue', 'close']),
  durable: text,
  maxUnacked: whole(1, 10_000),
  buffer: [count, 1_000],
  remember: such("'local', 'session' or { load(), save() }", (value) => /^(local|session)$/.test(value) || (callback(value.load, '') && callback(value.save, ''))),
  signal,
  onEvent: callback,
  onGap: callback,
  onState: callback,
  onError: callback,
};

/** @type {Rules} */
const PUBLISH = {
  id: text,
  type: text,
  source: text,
  subject: text,
  contentType: text,
  attributes(value, option) {
    for (const [name, each] of Object.entries(object(value, option))) if (each) text(each, `${option}.${name}`);
    return { ...value };
  },
  signal,
};

/** @param {any} given @param {Rules} rules @param {string} [of] @returns {any} */
function take(given, rules, of = '') {
  for (const option of Object.keys(object(given, of || 'options'))) if (!Object.hasOwn(rules, option)) wrong(of + option, 'no such option');
  /** @type {Record<string, any>} */
  const taken = {};
  for (const [option, row] of Object.entries(rules)) {
    const [rule, otherwise] = /** @type {[Rule, unknown]} */ ([row].flat());
    const { [option]: value = otherwise } = given;
    if (value !== undefined) taken[option] = rule(value, of + option);
  }
  return taken;
}

/** @param {ConnectOptions} given @returns {Options} */
export function connectOptions(given) {
  const options = { fetch: (/** @type {Parameters<typeof fetch>} */ ...request) => fetch(...request), WebSocket: globalThis.WebSocket, ...take(given, CONNECT) };
  const { base, transports } = options;
  if (!base === !options.urls) wrong('base', "either this or 'urls' is needed");
  const urls = { websocket: base, sse: base, publish: base, ...options.urls };
  urls.poll ??= urls.sse;
  /** @type {string[]} */
  const usable = transports.filter((/** @type {string} */ each, /** @type {number} */ at) => {
    if (transports.indexOf(each) < at || (given.transports && !urls[each])) wrong(`transports[${at}]`, `'${each}' is needed once, with an address`);
    return urls[each] && (each !== 'websocket' || options.WebSocket);
  });
  if (!usable.length && (given.transports || !urls.publish)) wrong(urls.websocket ? 'WebSocket' : 'urls', 'none that this platform can use');
  return { ...options, urls, transports: usable };
}

/** @param {SubscribeOptions} given @returns {SubscriptionOptions} */
export function subscribeOptions(given) {
  const options = take(given, SUBSCRIBE);
  if (options.maxUnacked && !options.durable) wrong('maxUnacked', "'durable' is needed beside it");
  if (options.remember && options.durable) wrong('remember', "not beside 'durable'");
  return options;
}

/** @param {string} channel @param {PublishOptions} given @returns {PublishOptions} */
export function publishOptions(channel, given) {
  text(channel, 'channel');
  return take(given, PUBLISH);
}
