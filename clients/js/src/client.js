import { MOVED, asError, over } from './error.js';
import { ladder } from './ladder.js';
import { connectOptions, subscribeOptions, wrong } from './options.js';
import { poll } from './poll.js';
import { socketTransport } from './socket.js';
import { stream } from './stream.js';
import { subscription } from './subscription.js';
import { gathered, listen, watched } from './time.js';
import { tokens } from './tokens.js';

/**
 * What listens at one Sluice.
 * @typedef {object} Listener
 * @property {(options: import('./options.js').SubscribeOptions) => import('./subscription.js').Subscription} subscribe gives one that runs
 * @property {import('./options.js').TransportName | undefined} transport the one in use
 * @property {() => void} close ends all subscriptions and gives up what is not published yet. Nothing of it goes on running
 *
 * @typedef {object} Parts of a client, as its other parts see them
 * @property {import('./options.js').Options} options
 * @property {AbortSignal} signal
 * @property {ReturnType<typeof ladder>} ladder
 * @property {import('./tokens.js').Tokens} tokens
 * @property {ReturnType<typeof socketTransport>} socket
 * @property {(name: import('./http.js').Service, path: string, query?: Record<string, any>) => string} url
 * @property {(error: unknown, onError?: (error: import('./error.js').SluiceError) => void) => void} report
 * @property {(session: import('./subscription.js').Session) => Promise<import('./error.js').SluiceError>} run until it is over, and why
 * @property {() => void} carried a subscription runs; if not on the best transport, that is tried again later
 */

/**
 * It connects when the first subscription needs it.
 * @param {import('./options.js').ConnectOptions} given
 * @returns {[Readonly<Listener>, Parts]}
 * @throws {TypeError} that names the option which is wrong
 */
export function listening(given) {
  const options = connectOptions(given);
  const { urls } = options;
  /** Those that run. @type {Set<import('./subscription.js').Session>} */
  const sessions = new Set();
  const life = watched();
  const { signal } = life;

  /** @type {Parts['report']} */
  const report = (error, onError) => {
    for (const hear of [onError, options.onError]) {
      try {
        hear?.(asError(error));
      } catch (thrown) {
        console.error('onError failed', thrown);
      }
    }
  };
  const steps = ladder(options);
  const parts = /** @type {Parts} */ ({
    options,
    signal,
    ladder: steps,
    tokens: tokens(options, signal, report),
    url(name, path, { channels: channel, ...query } = {}) {
      const url = new URL(urls[name][steps.turn % urls[name].length] + path);
      for (const [name, values] of Object.entries({ channel, ...query })) {
        for (const value of [values].flat()) if (value !== undefined) url.searchParams.append(name, value);
      }
      return url.href;
    },
    report,
    async run(session) {
      sessions.add(session);
      // What ended it is why what it waited for has failed.
      await transports[options.transports[session.rung]](session, parts).catch((thrown) => session.abort(asError(thrown)));
      sessions.delete(session);
      const { reason } = session.signal;
      parts.tokens.blame(reason, session);
      return reason;
    },
    carried() {
      if (steps.rung) climbing(steps.stayMs());
    },
  });
  const socket = (parts.socket = socketTransport(parts));
  const transports = { websocket: socket.run, sse: stream, poll };

  /** Tries the better transports beside the one in use, and moves to one that opens. */
  const climbing = gathered(signal, async () => {
    if (signal.aborted) return;
    const { epoch, rung } = steps;
    const [first] = sessions;
    const channels = first?.wanted().channels;
    for (let better = 0; channels && better < rung; better++) {
      const trial = watched(signal);
      const error = await parts.run(
        /** @type {any} */ (Object.assign(trial, { rung: better, isTrial: true, wanted: () => ({ channels }), hear: () => trial.abort(MOVED), room() {} })),
      );
      if (signal.aborted) return;
      if (error !== MOVED) report(error);
      else if (steps.epoch === epoch) {
        steps.moveTo(better);
        for (const running of sessions) if (running.rung > better) running.abort(MOVED);
        break;
      }
    }
    if (sessions.size) parts.carried();
  });

  /** There may be another network now. */
  const wake = () => {
    if (globalThis.document?.visibilityState === 'hidden') return;
    steps.wake();
    socket.connection()?.check();
  };
  const close = () => life.abort(over());
  listen(globalThis, 'online', wake, signal);
  listen(globalThis.document, 'visibilitychange', wake, signal);
  listen(options.signal, 'abort', close, signal);

  const listener = {
    /** @type {Listener['subscribe']} */
    subscribe(given) {
      const checked = subscribeOptions(given);
      signal.throwIfAborted();
      if (!options.transports.length) wrong('urls', 'an address to subscribe at is needed');
      return subscription(parts, checked);
    },
    get transport() {
      return options.transports[steps.rung];
    },
    close,
  };
  return [listener, parts];
}
