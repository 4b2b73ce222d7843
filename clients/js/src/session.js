import { SluiceError, asError } from './error.js';
import { Watchdog } from './time.js';

/** So many heartbeats may be missing before a connection counts as dead. */
export const PATIENCE = 2.5;

/** Something that lives until `abort(why)`, for which its watchdog may see. */
export class Watched extends AbortController {
  dog = new Watchdog(() => this.abort(new SluiceError('timeout', `nothing came for ${this.dog.ms} ms`)));

  get ended() {
    return this.signal.aborted;
  }
}

/** One try of a subscription at one transport. */
export class Session extends Watched {
  #since = performance.now();
  /** The server has said where it begins. */
  opened = false;
  /** A heartbeat came on time: what is in between holds nothing back. */
  proven = false;
  /** Its connection stands on, for others. */
  alone = false;

  /** @param {number} epoch of the ladder @param {number} rung */
  constructor(epoch, rung) {
    super();
    this.epoch = epoch;
    this.rung = rung;
  }

  /**
   * @param {{ run(subscription: import('./subscription.js').Carried, session: Session): Promise<void> }} transport
   * @param {import('./subscription.js').Carried} subscription
   * @returns {Promise<SluiceError>} when it is over, why
   */
  async run(transport, subscription) {
    // What ended it is why what it waited for has failed.
    await transport.run(subscription, this).catch((thrown) => this.abort(asError(thrown)));
    this.dog.stop();
    return this.signal.reason;
  }

  get lastedMs() {
    return this.opened ? performance.now() - this.#since : 0;
  }
}
