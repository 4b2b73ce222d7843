import { SluiceError, asError } from './error.js';
import { insist, pause, within } from './time.js';

/** @typedef {ReturnType<typeof tokens>} Tokens */

/**
 * The access token: asked for once at a time, kept until it is refused or about to expire.
 * @param {import('./options.js').Options} options
 * @param {AbortSignal} signal
 * @param {(error: unknown) => void} report
 */
export function tokens({ token: source, tokenTimeoutMs, backoff }, signal, report) {
  /** Whether there may be another one. */
  const isRenewable = typeof source === 'function';
  /** @type {string | undefined} */
  let kept;
  /** @type {string | undefined} */
  let refused;
  /** @type {Promise<string> | undefined} */
  let asking;

  /** @param {unknown} why */
  const failed = (why) => new SluiceError('token', `the token callback failed: ${asError(why).detail}`, { cause: why });

  /** @param {() => string | Promise<string>} source */
  async function ask(source) {
    try {
      const token = await within((async () => source())(), tokenTimeoutMs, signal);
      if (typeof token !== 'string' || !token) throw Error('it gave no string');
      if (token === refused) throw Error('it gave the token that was refused');
      return (kept = token);
    } catch (thrown) {
      throw failed(thrown);
    } finally {
      asking = undefined;
    }
  }

  /** @returns {Promise<string | undefined>} undefined: the browser adds a cookie */
  const get = async () => (isRenewable ? (kept ?? (asking ??= ask(source))) : source);

  /** The next one who needs it asks anew. @param {string | undefined} token which is about to expire, or perhaps why nothing comes about */
  const forget = (token) => {
    if (kept === token) kept = undefined;
  };

  /** @param {SluiceError} error with which the server has answered @param {{ token?: string }} life that was given the token */
  const blame = (error, { token }) => {
    if (token && error?.isOfToken) forget((refused = token));
  };

  return {
    /** Whether trying again can't help, with what there is of tokens. @param {SluiceError} error */
    isOver: (error) => error.isFinal || (error.isOfToken && !isRenewable),
    get,
    forget,
    blame,

    /**
     * Before a token expires a fresh one is put to use, again and again until that has worked; as long as there is none the old one is good.
     * When: after a quarter to a half of what is left of it, so that not everybody comes at once and one that lives for seconds is not asked for all the time.
     * @param {import('./time.js').Life} life
     * @param {any} expires RFC 3339, or nothing
     * @param {(token: string | undefined) => unknown} use
     */
    async renew(life, expires, use) {
      const { signal, token: old } = life;
      await pause(Math.min(60_000, Math.max(2_000, Date.parse(expires) - Date.now() || 0)) * (0.25 + Math.random() / 4), signal);
      if (!isRenewable) return;
      /** @type {string | undefined} */
      let token;
      const renewed = async () => {
        forget(old);
        token = await get();
        if (token === old) throw failed('it gave the same token again');
        await use(token);
        life.token = token;
      };
      // It fails when the life is over, and whoever lives it knows why.
      await insist(renewed, backoff, signal, (error) => {
        // Another user's: nothing of what runs here is his.
        if (error.isFinal) return life.abort(error);
        blame(error, { token });
        report(error);
      }).catch(() => {});
    },
  };
}
