import { listening } from './client.js';
import { publishing } from './publishing.js';

export { SluiceError } from './error.js';

/**
 * @typedef {Readonly<import('./client.js').Listener & { publish: import('./publishing.js').Publish }>} SluiceClient
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
 * A client of one Sluice. It connects when the first subscription or publish needs it.
 * @param {ConnectOptions} options
 * @returns {SluiceClient}
 * @throws {TypeError} that names the option which is wrong
 */
export function connect(options) {
  const [listener, parts] = listening(options);
  return Object.assign(listener, { publish: publishing(parts) });
}
