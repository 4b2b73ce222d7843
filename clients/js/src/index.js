import { client } from './client.js';
import { connectOptions } from './options.js';

export { SluiceError } from './error.js';

/**
 * @typedef {Readonly<import('./client.js').Client>} SluiceClient
 * @typedef {import('./subscription.js').Subscription} Subscription
 * @typedef {import('./subscription.js').State} State
 * @typedef {import('./events.js').SluiceEvent} SluiceEvent
 * @typedef {import('./events.js').SluiceGap} SluiceGap
 * @typedef {import('./events.js').Item} Item
 * @typedef {import('./options.js').ConnectOptions} ConnectOptions
 * @typedef {import('./options.js').SubscribeOptions} SubscribeOptions
 * @typedef {import('./options.js').PublishOptions} PublishOptions
 */

/**
 * A client of one Sluice. It connects when the first subscription needs it.
 * @param {ConnectOptions} options
 * @returns {Readonly<import('./client.js').Client>}
 * @throws {TypeError} that names the option which is wrong
 */
export function connect(options) {
  return client(connectOptions(options));
}
