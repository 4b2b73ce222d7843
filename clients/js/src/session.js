import { SluiceError } from './error.js';

/** Why a session ends whose subscription goes on at once, elsewhere or with a fresh token. */
export const MOVED = new SluiceError('moved', 'goes on elsewhere');

/** One try of a subscription at one transport. */
export class Session {
  #end = new AbortController();
  #since = performance.now();
  /** The server has said where it begins. */
  opened = false;
  /** A heartbeat came on time: what is in between holds nothing back. */
  proven = false;

  /** @param {number} epoch of the ladder @param {number} rung */
  constructor(epoch, rung) {
    this.epoch = epoch;
    this.rung = rung;
  }

  get signal() {
    return this.#end.signal;
  }

  get ended() {
    return this.signal.aborted;
  }

  get lastedMs() {
    return this.opened ? performance.now() - this.#since : 0;
  }

  /** @param {SluiceError} why */
  end(why) {
    this.#end.abort(why);
  }
}
