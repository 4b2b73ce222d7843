import { SAVE_MS } from './limits.js';
import { gathered } from './time.js';

/**
 * Where a subscription with the option `remember` was, for a later page or process: what its reader has done with.
 * @param {import('./options.js').SubscriptionOptions} options
 * @param {AbortSignal} life when it ends, what is not saved yet is
 * @param {(callback: () => unknown, reason: string) => unknown} call
 */
export function position({ remember, channels, filter }, life, call) {
  const key = `sluice.cursor ${[...channels, filter].join(' ').trim()}`;
  const storage = () => /** @type {any} */ (globalThis)[`${remember}Storage`];
  const store =
    typeof remember === 'string' ? { load: () => storage()[key], save: (/** @type {string} */ cursor) => (storage()[key] = cursor) } : remember;
  let kept = '';
  const saved = gathered(life, () => call(() => /** @type {any} */ (store).save(kept), 'position'));

  return {
    load: () => store?.load(),
    /** Not at each event. @param {string} cursor */
    save(cursor) {
      kept = cursor;
      if (store) saved(SAVE_MS);
    },
  };
}
