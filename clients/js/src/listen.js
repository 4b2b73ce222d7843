import { listening } from './client.js';

export { SluiceError } from './error.js';

/** @typedef {Readonly<import('./client.js').Listener>} SluiceListener */

/**
 * As `connect` of `@sluice/client`, without `publish`: for pages that only listen, and load less.
 * @param {import('./options.js').ConnectOptions} options
 * @returns {SluiceListener}
 * @throws {TypeError} that names the option which is wrong
 */
export const connect = (options) => listening(options)[0];
