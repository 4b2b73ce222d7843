import { SAVE_MS } from './limits.js';
import { pause } from './time.js';

/**
 * Where a subscription with the option `remember` was, for a later page or process: what its reader has done with.
 * @param {import('./options.js').SubscriptionOptions} options
 * @param {AbortSignal} life when it ends, what is not saved yet is
 * @param {(thrown: unknown) => void} failed
 */
export function position({ remember, channels, filter = '' }, life, failed) {
  const key = `sluice.cursor ${[...channels, filter].join(' ').trim()}`;
  const storage = () => /** @type {any} */ (globalThis)[`${remember}Storage`];
  const store =
    typeof remember === 'string' ? { load: () => storage()[key], save: (/** @type {string} */ cursor) => (storage()[key] = cursor) } : remember;
  /** @type {Promise<void> | undefined} */
  let saving;
  let kept = '';

  return {
    load: async () => (await store?.load()) || undefined,
    /** Not at each event. @param {string} cursor */
    save(cursor) {
      kept = cursor;
      if (store) {
        saving ??= pause(SAVE_MS, life)
          .then(() => {
            saving = undefined;
            return /** @type {any} */ (store.save(kept));
          })
          .catch(failed);
      }
    },
  };
}
