const SAVE_MS = 250;

/**
 * Where a subscription with the option `remember` was, for a later page or process: what its reader has done with.
 * @param {import('./options.js').SubscriptionOptions} options
 * @param {(thrown: unknown) => void} failed
 */
export function position({ remember, channels, filter = '' }, failed) {
  const key = `sluice.cursor ${[...channels, filter].join(' ').trim()}`;
  /** @returns {Storage} */
  const storage = () => /** @type {any} */ (globalThis)[`${remember}Storage`];
  const store =
    typeof remember === 'string' ? { load: () => storage().getItem(key), save: (/** @type {string} */ cursor) => storage().setItem(key, cursor) } : remember;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let kept = '';

  async function flush() {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    try {
      await store?.save(kept);
    } catch (thrown) {
      failed(thrown);
    }
  }

  return {
    load: async () => (await store?.load()) || undefined,
    /** Not at each event. @param {string} cursor */
    save(cursor) {
      kept = cursor;
      if (store) timer ??= setTimeout(flush, SAVE_MS);
    },
    flush,
  };
}
